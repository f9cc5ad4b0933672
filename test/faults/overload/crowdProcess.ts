import { Crowd, type Plan } from './crowd.ts';

/** A crowd in a process of its own, so that it does not take the time of who measures: gets a Plan, sends an Outcome. */
process.once('message', async (plan: Plan) => {
  const outcome = await new Crowd(plan).run();
  process.send!(outcome, () => process.disconnect());
});

import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { plural, points } from '../../format.ts';
import type { Model } from './model.operations.ts';
import type { Loss } from './useTraining.ts';
import { nameOf } from './words.ts';

const HEIGHT = 210;
const TOLD = 10;
/** Steps that a smoothed loss is the mean of. */
const WINDOW = 30;
/** Mean move from step to step, as a share of the range, above which a curve is smoothed. */
const ROUGH = 0.08;
const COLOURS: Record<Model, string> = { MF: 'var(--series-1)', GNN: 'var(--series-2)', BNN: 'var(--series-3)', HYBRID: 'var(--series-6)' };

/** A step of a model's training; `run` counts its beginnings anew. */
interface Step extends Loss {
  readonly step: number;
  readonly run: number;
}

/** How the loss of each model fell, in a chart of its own: their losses are not of one kind. */
export function LossCharts({ losses }: { readonly losses: readonly Loss[] }) {
  const models = [...new Set(losses.map(({ model }) => model))];
  if (models.length === 0) return <p class="note">The curves begin with the first step.</p>;
  return (
    <div class="losses">
      {models.map((model) => (
        <LossChart key={model} model={model} steps={stepsOf(losses.filter((loss) => loss.model === model))} />
      ))}
    </div>
  );
}

function LossChart({ model, steps }: { readonly model: Model; readonly steps: readonly Step[] }) {
  const told = steps.filter((_, index) => (steps.length - 1 - index) % Math.ceil(steps.length / TOLD) === 0);
  const rough = isRough(steps);
  return (
    <section>
      <h3>{nameOf(model)}</h3>
      <Chart
        caption={captionOf(steps, rough)}
        options={(plot, width) => ({
          height: HEIGHT,
          marginLeft: 48,
          marginTop: 28,
          marginBottom: 44,
          x: { label: 'step', ticks: Math.max(2, Math.floor(width / 80)), tickFormat: whole },
          y: { label: 'loss', grid: true, ticks: 4 },
          marks: [
            plot.lineY(steps, { x: 'step', y: 'loss', z: 'run', stroke: COLOURS[model], strokeWidth: rough ? 0.75 : 2 }),
            rough
              ? plot.lineY(steps, plot.windowY(WINDOW, { x: 'step', y: 'loss', z: 'run', stroke: 'var(--ink)', strokeWidth: 2.5 }))
              : null,
            rough ? null : plot.dot(steps.slice(-1), { x: 'step', y: 'loss', r: 4, fill: COLOURS[model] }),
          ],
        })}
      >
        <TextTable
          label={`Losses of ${nameOf(model)}`}
          head={['Step', 'Loss', 'RMSE']}
          words={0}
          rows={told.map(({ step, loss, rmse }) => [step, points(loss, 4), rmse === null ? '–' : points(rmse, 3)])}
        />
      </Chart>
      {(model === 'BNN' || model === 'HYBRID') && (
        <p class="note">In its first passes the prior counts more from pass to pass: its loss rises there.</p>
      )}
    </section>
  );
}

/** Where there are few steps there are ticks between them. */
function whole(step: number): string {
  return Number.isInteger(step) ? String(step) : '';
}

function captionOf(steps: readonly Step[], rough: boolean): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return '';
  const fits = last.run > 1 ? ` in ${last.run} fits, one line each` : '';
  const [from, to] = rough
    ? [`on average from ${mean(steps.slice(0, WINDOW))}`, `${mean(steps.slice(-WINDOW))}; the thick line is the mean of ${WINDOW} steps`]
    : [`from ${points(first.loss, 3)}`, points(last.loss, 3)];
  return `${plural(steps.length, 'step')}${fits}: loss ${from} to ${to}.`;
}

function mean(steps: readonly Step[]): string {
  return points(steps.reduce((sum, { loss }) => sum + loss, 0) / steps.length, 3);
}

/** Whether steps go up and down so much, from batch to batch, that only their mean can be read. */
function isRough(steps: readonly Step[]): boolean {
  if (steps.length < 2 * WINDOW) return false;
  const losses = steps.map(({ loss }) => loss);
  const moves = losses.slice(1).map((loss, index) => Math.abs(loss - losses[index]!));
  const range =
    losses.reduce((most, loss) => Math.max(most, loss), -Infinity) - losses.reduce((least, loss) => Math.min(least, loss), Infinity);
  return moves.reduce((sum, move) => sum + move, 0) / moves.length > ROUGH * range;
}

/** A model may be fitted several times in one training: its members, and the folds that teach what stands on it. */
function stepsOf(losses: readonly Loss[]): Step[] {
  let run = 0;
  let last = Number.POSITIVE_INFINITY;
  return losses.map((loss, index) => {
    if (loss.epoch <= last) run += 1;
    last = loss.epoch;
    return { ...loss, step: index + 1, run };
  });
}

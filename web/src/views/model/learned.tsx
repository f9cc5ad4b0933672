import { Answer } from '../../components/states.tsx';
import { useQuery } from '../../graphql/useQuery.ts';
import { LossCharts } from './lossCharts.tsx';
import { losses } from './model.operations.ts';

interface LearnedProps {
  readonly version: number;
  /** Versions that are newer. */
  readonly newer: number;
}

/** How one version was trained. Of all versions the losses are most of what is known, so no others are asked for than must be. */
export function Learned({ version, newer }: LearnedProps) {
  const query = useQuery(losses, { first: newer + 1 });
  return (
    <section class="panel" id="losses" tabIndex={-1}>
      <h2>How version {version} learned</h2>
      <Answer query={query} what="its losses">
        {({ modelVersions }) => <LossCharts losses={modelVersions.find((each) => each.version === version)?.losses ?? []} />}
      </Answer>
    </section>
  );
}

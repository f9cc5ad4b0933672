import { percent } from '../../format.ts';
import type { TasteMapQuery } from './map.operations.ts';

interface AxisChoiceProps {
  readonly factors: TasteMapQuery['latentFactors'];
  readonly across: number;
  readonly up: number;
  readonly onChoose: (name: 'across' | 'up', index: number) => void;
}

/** Which two axes of taste span the map. */
export function AxisChoice({ factors, across, up, onChoose }: AxisChoiceProps) {
  const sides = [
    { name: 'across', label: 'From left to right (share of taste)', value: across, other: up },
    { name: 'up', label: 'From bottom to top (share of taste)', value: up, other: across },
  ] as const;
  return (
    <div class="axis-choice">
      {sides.map(({ name, label, value, other }) => (
        <label key={name}>
          {label}
          <select value={value} onChange={(event) => onChoose(name, Number(event.currentTarget.value))}>
            {factors
              .filter(({ index }) => index !== other)
              .map((factor) => (
                <option key={factor.index} value={factor.index}>
                  {factor.index + 1}. {factor.label} ({percent(factor.share)})
                </option>
              ))}
          </select>
        </label>
      ))}
    </div>
  );
}

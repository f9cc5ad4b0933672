import { useId, useState } from 'preact/hooks';

interface ComboboxProps {
  readonly label: string;
  readonly value: string;
  readonly suggestions: readonly string[];
  readonly placeholder?: string;
  onType(text: string): void;
  /** Something was chosen from the list, or typed and confirmed. */
  onChoose(text: string): void;
}

/** A text field that suggests: type anything, or go through the list with the arrow keys (the pattern of the ARIA practices). */
export function Combobox({ label, value, suggestions, placeholder, onType, onChoose }: ComboboxProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const shown = open && suggestions.length > 0;
  const choose = (text: string) => {
    setOpen(false);
    setActive(-1);
    onChoose(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const places = suggestions.length + 1;
      setActive((last) => ((last + 1 + step + places) % places) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(suggestions[active] ?? value);
    } else if (event.key === 'Escape') {
      setOpen(false);
      setActive(-1);
    }
  };
  return (
    <div class="combobox">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder}
        value={value}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
        onInput={(event) => {
          setOpen(true);
          setActive(-1);
          onType(event.currentTarget.value);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} hidden={!shown}>
        {suggestions.map((text, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field, which keeps the focus.
          <div
            key={text}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // Before the field loses the focus, which would close the list.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(text)}
          >
            {text}
          </div>
        ))}
      </div>
    </div>
  );
}

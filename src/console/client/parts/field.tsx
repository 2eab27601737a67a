import {
  type InputHTMLAttributes,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

const box = 'w-full rounded-lg border border-edge bg-surface px-3 py-2 text-base text-ink';

type Told = { label: string; hint?: string };

export function Field({ label, hint, ...rest }: InputHTMLAttributes<HTMLInputElement> & Told) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-bold">
        {label}
      </label>
      {hint && (
        <p id={`${id}hint`} className="mb-1 text-sm text-soft">
          {hint}
        </p>
      )}
      <input
        id={id}
        aria-describedby={hint ? `${id}hint` : undefined}
        className={`${box} min-h-11`}
        {...rest}
      />
    </div>
  );
}

export function TextField({ label, hint, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & Told) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-bold">
        {label}
      </label>
      {hint && (
        <p id={`${id}hint`} className="mb-1 text-sm text-soft">
          {hint}
        </p>
      )}
      <textarea
        id={id}
        aria-describedby={hint ? `${id}hint` : undefined}
        rows={3}
        className={box}
        {...rest}
      />
    </div>
  );
}

/** One of many, or none of them. */
export function Select({
  label,
  options,
  none = 'すべて',
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & {
  label: string;
  options: readonly { id: string; label: string }[];
  /** What choosing nothing means. */
  none?: string;
}) {
  return (
    <label className="font-bold">
      {label}
      <select className={`${box} mt-1 block min-h-11 font-normal`} {...rest}>
        <option value="">{none}</option>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One of a few, all seen at once. */
export function Pick<T extends string>(props: {
  label: string;
  options: readonly { id: T; label: string; hint?: string }[];
  value: T | '';
  onPick(value: T): void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 font-bold">{props.label}</legend>
      <div className="flex flex-col gap-1">
        {props.options.map((option) => (
          <label
            key={option.id}
            className="flex min-h-11 cursor-pointer items-center gap-3 rounded-lg border border-line px-3 py-2 has-checked:border-accent has-checked:bg-wash has-checked:text-on-wash"
          >
            <input
              type="radio"
              name={name}
              className="size-5 accent-accent"
              checked={props.value === option.id}
              onChange={() => props.onPick(option.id)}
            />
            <span>
              {option.label}
              {option.hint && <span className="ml-2 text-sm">{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Yes or no. */
export function Tick({ label, on, onTurn }: { label: string; on: boolean; onTurn(on: boolean): void }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input
        type="checkbox"
        className="size-5 shrink-0 accent-accent"
        checked={on}
        onChange={(event) => onTurn(event.target.checked)}
      />
      {label}
    </label>
  );
}

export function Fault({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p
      role="alert"
      className="rounded-lg border border-imminent bg-imminent-wash px-3 py-2 font-bold text-imminent"
    >
      {text}
    </p>
  );
}

/** One line of the log: a fixed word, and fields of fixed words and numbers. Never a text, an id of a person, or a key. */
export type Log = (line: { event: string; [field: string]: string | number | boolean }) => void;

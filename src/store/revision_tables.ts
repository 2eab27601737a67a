/** One published state of a municipality's folder. */
export type RevisionTable = {
  folder: string;
  /** From 1, for each folder. */
  number: number;
  at: number;
  who: string;
  why: string;
  /** JSON: hash by path, `{"ise/flow.yaml": "…"}`. */
  files: string;
};

/** A file's text by its SHA-256 (hex). */
export type RevisionFileTable = { hash: string; body: string };

export type RevisionTables = { revision: RevisionTable; revision_file: RevisionFileTable };

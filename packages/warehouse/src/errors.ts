import { EarshotError } from '@earshot/model';

/**
 * What the engine says about a failure quotes rows ("cannot parse … before: '…'"), so its message goes no further than
 * here; its code and type do.
 */
export function engineFailure(what: string, thrown: unknown): EarshotError {
  if (thrown instanceof EarshotError) return thrown;
  const { code, type } = engineCode(thrown);
  const refused = DATA_CODES.has(code);
  return new EarshotError(
    refused ? 'warehouse-refused' : 'warehouse-failed',
    refused ? `The warehouse does not take the data of ${what}.` : `The warehouse could not run ${what}.`,
    { retry: !refused, detail: { what, engineCode: code, engineType: type } },
  );
}

export function engineCode(thrown: unknown): { code: string; type: string } {
  // By its shape: the embedded engine brings its own copy of the client's classes.
  const { code, type } = (thrown ?? {}) as { code?: unknown; type?: unknown };
  return { code: typeof code === 'string' ? code : '', type: typeof type === 'string' ? type : '' };
}

/** Engine codes that blame the data: the same rows will never be taken. All others may pass later. */
const DATA_CODES = new Set([
  '6', // CANNOT_PARSE_TEXT
  '16', // NO_SUCH_COLUMN_IN_TABLE
  '25', // CANNOT_PARSE_ESCAPE_SEQUENCE
  '26', // CANNOT_PARSE_QUOTED_STRING
  '27', // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  '38', // CANNOT_PARSE_DATE
  '41', // CANNOT_PARSE_DATETIME
  '53', // TYPE_MISMATCH
  '69', // ARGUMENT_OUT_OF_BOUND
  '70', // CANNOT_CONVERT_TYPE
  '72', // CANNOT_PARSE_NUMBER
  '117', // INCORRECT_DATA
  '130', // CANNOT_READ_ARRAY_FROM_TEXT
  '131', // TOO_LARGE_STRING_SIZE
  '349', // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  '407', // DECIMAL_OVERFLOW
  '467', // CANNOT_PARSE_BOOL
]);

export function warehouseClosed(): EarshotError {
  return new EarshotError('warehouse-closed', 'The warehouse has been closed.');
}

/** The analysis engine is not installed (yet): ask again in a few seconds. */
export function engineMissing(): EarshotError {
  return new EarshotError('engine-missing', 'The analysis engine is not installed; all else works without it.', {
    retry: true,
  });
}

/** It is there but cannot run on this machine. */
export function engineUnusable(cause: unknown): EarshotError {
  return new EarshotError('engine-unusable', 'The analysis engine is installed but does not run on this machine.', {
    retry: true,
    cause,
  });
}

export function warehouseInUse(dir: string): EarshotError {
  const message = `The warehouse in ${dir} is in use, or this process already holds another one.`;
  return new EarshotError('warehouse-in-use', message, { retry: true, detail: { dir } });
}

export function migrationChanged(file: string): EarshotError {
  const message = `The migration ${file} was changed after it had been applied.`;
  return new EarshotError('migration-changed', message, { detail: { file } });
}

export function schemaNewer(found: number, known: number): EarshotError {
  const message = `The warehouse was written by a newer version (schema ${found}, this version knows ${known}).`;
  return new EarshotError('schema-newer', message, { detail: { found, known } });
}

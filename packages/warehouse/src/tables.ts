/** One constant statement a table: no table name ever comes from outside. */
const INSERT_STATEMENTS = {
  conversation_facts: insertInto('conversation_facts'),
  utterances: insertInto('utterances'),
  utterance_scores: insertInto('utterance_scores'),
  history_answers: insertInto('history_answers'),
  standing_sets: insertInto('standing_sets'),
  finding_assertions: insertInto('finding_assertions'),
  alerts: insertInto('alerts'),
  delivery_steps: insertInto('delivery_steps'),
  dead_letters: insertInto('dead_letters'),
} as const;

export type TableName = keyof typeof INSERT_STATEMENTS;

export const TABLES = Object.keys(INSERT_STATEMENTS) as TableName[];

export function insertStatement(table: TableName): string {
  return INSERT_STATEMENTS[table];
}

// The token stands in the statement's own SETTINGS: set on the session instead (as the client's `clickhouse_settings`
// do in the embedded engine) it would stay there and swallow the next insert. Servers since 26.x gather inserts of many
// clients in the background unless told otherwise: an answer would wait for the gathering, and a token name a mixture.
function insertInto<Name extends string>(table: Name) {
  return `INSERT INTO earshot.${table} SETTINGS async_insert = 0, insert_deduplicate = 1, deduplicate_insert = 'enable', insert_deduplication_token = {token:String}, input_format_skip_unknown_fields = 0 FORMAT JSONEachRow` as const;
}

-- Which findings stood in a life of a conversation as of an offset. What stood before and is missing was retracted.
CREATE TABLE IF NOT EXISTS earshot.standing_sets
(
    tenant LowCardinality(String),
    conversation_id String,
    life Int64,
    as_of Int64,
    finding_ids Array(String),
    closing Bool,
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, conversation_id, as_of)
SETTINGS non_replicated_deduplication_window = 1000;

-- What a finding said when it was asserted last. `evidence` is JSON and holds masked words: it goes with transcripts.
CREATE TABLE IF NOT EXISTS earshot.finding_assertions
(
    tenant LowCardinality(String),
    conversation_id String,
    life Int64,
    finding_id String,
    rule_id LowCardinality(String),
    anchor String,
    severity LowCardinality(String),
    points Float64,
    participant_id String,
    role LowCardinality(String),
    title LowCardinality(String),
    tags Array(LowCardinality(String)),
    provisional Bool,
    words_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    received_ms Int64 CODEC(Delta, ZSTD(1)),
    rule_set_hash LowCardinality(String),
    evidence String CODEC(ZSTD(3)),
    as_of Int64,
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64,
    INDEX words_at_range words_at TYPE minmax GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, conversation_id, life, finding_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- One row a finding: it stood from `stood_from` (log time of its first set) until `stood_to` (the first set of its life
-- without it, after the last one with it); while it stands, `stood_to` is NULL. What a closing set holds stands for good.
CREATE OR REPLACE VIEW earshot.findings AS
WITH
    sets AS
    (
        SELECT tenant, conversation_id, life, arraySort(groupArray((as_of, logged_at, finding_ids))) AS history
        FROM earshot.standing_sets FINAL
        GROUP BY tenant, conversation_id, life
    ),
    asserted AS (SELECT * FROM earshot.finding_assertions FINAL)
SELECT
    asserted.tenant AS tenant,
    asserted.conversation_id AS conversation_id,
    asserted.life AS life,
    asserted.finding_id AS finding_id,
    asserted.rule_id AS rule_id,
    asserted.anchor AS anchor,
    asserted.severity AS severity,
    asserted.points AS points,
    asserted.participant_id AS participant_id,
    asserted.role AS role,
    asserted.title AS title,
    asserted.tags AS tags,
    asserted.provisional AS provisional,
    asserted.words_at AS words_at,
    asserted.received_ms AS received_ms,
    asserted.rule_set_hash AS rule_set_hash,
    asserted.evidence AS evidence,
    arrayFirstOrNull(step -> has(step.3, asserted.finding_id), sets.history).2 AS stood_from,
    arrayFirstOrNull(step -> step.1 > arrayLast(held -> has(held.3, asserted.finding_id), sets.history).1, sets.history).2 AS stood_to,
    stood_to IS NULL AS stands
FROM asserted
INNER JOIN sets
    ON asserted.tenant = sets.tenant AND asserted.conversation_id = sets.conversation_id AND asserted.life = sets.life;

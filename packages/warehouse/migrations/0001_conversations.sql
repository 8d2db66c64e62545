-- What a contact centre said about a conversation, one row a fact; the conversation itself is a view over them.
CREATE TABLE IF NOT EXISTS earshot.conversation_facts
(
    tenant LowCardinality(String),
    conversation_id String,
    event_id String,
    kind LowCardinality(String),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    received_ms Int64 CODEC(Delta, ZSTD(1)),
    source LowCardinality(String),
    channel LowCardinality(String),
    direction LowCardinality(String),
    business_line LowCardinality(String),
    queue LowCardinality(String),
    skill_group LowCardinality(String),
    external_ids Map(LowCardinality(String), String),
    customer_key String,
    recording_notice LowCardinality(String),
    participant_id String,
    role LowCardinality(String),
    staff_number String,
    leg String,
    step LowCardinality(String),
    target String,
    rating_score Float64,
    rating_scale Float64,
    fields Map(LowCardinality(String), String),
    reason String,
    rule_set_hash LowCardinality(String),
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64,
    INDEX at_range at TYPE minmax GRANULARITY 4,
    INDEX external_id_values mapValues(external_ids) TYPE bloom_filter GRANULARITY 4,
    INDEX field_values mapValues(fields) TYPE bloom_filter GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, conversation_id, event_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- One row a conversation. Absent times are NULL; `agents` are staff numbers, first to join first.
CREATE OR REPLACE VIEW earshot.conversations AS
SELECT
    tenant,
    conversation_id,
    argMaxIf(channel, version, kind = 'started') AS channel,
    argMaxIf(direction, version, kind = 'started') AS direction,
    argMaxIf(business_line, version, kind = 'started') AS business_line,
    argMaxIf(queue, version, kind = 'started') AS queue,
    argMaxIf(skill_group, version, kind = 'started') AS skill_group,
    argMaxIf(external_ids, version, kind = 'started') AS external_ids,
    argMaxIf(customer_key, version, kind = 'started') AS customer_key,
    arrayDistinct(arrayMap(joined -> joined.2, arraySort(groupUniqArrayIf(
        (at, staff_number), kind = 'participant-joined' AND role = 'agent' AND staff_number != '')))) AS agents,
    minOrNullIf(at, kind = 'started') AS started_at,
    maxOrNullIf(at, kind = 'ended') AS ended_at,
    max(at) AS last_fact_at
FROM earshot.conversation_facts
GROUP BY tenant, conversation_id;

-- One row an utterance: its highest final revision, else the highest seen. The text was masked at the door.
CREATE TABLE IF NOT EXISTS earshot.utterances
(
    tenant LowCardinality(String),
    conversation_id String,
    leg String,
    segment Int64,
    revision Int64,
    final Bool,
    withdrawn Bool,
    participant_id String,
    role LowCardinality(String),
    text String CODEC(ZSTD(3)),
    language LowCardinality(String),
    start_ms Int64 CODEC(Delta, ZSTD(1)),
    end_ms Int64 CODEC(Delta, ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    received_ms Int64 CODEC(Delta, ZSTD(1)),
    event_id String,
    rule_set_hash LowCardinality(String),
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64,
    INDEX at_range at TYPE minmax GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, conversation_id, leg, segment)
SETTINGS non_replicated_deduplication_window = 1000;

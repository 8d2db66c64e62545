-- One row an alert, as of its highest version. Times of its time line are epoch ms, 0 while a step has not happened.
CREATE TABLE IF NOT EXISTS earshot.alerts
(
    tenant LowCardinality(String),
    alert_id String,
    conversation_id String,
    rule_id LowCardinality(String),
    anchor String,
    state LowCardinality(String),
    outcome LowCardinality(String),
    reason LowCardinality(String),
    severity LowCardinality(String),
    points Float64,
    title LowCardinality(String),
    tags Array(LowCardinality(String)),
    interrupting Bool,
    history Bool,
    continues String,
    claimed_by String,
    agents Array(String),
    shown_to Array(String),
    useful LowCardinality(String),
    participant_id String,
    role LowCardinality(String),
    channel LowCardinality(String),
    business_line LowCardinality(String),
    queue LowCardinality(String),
    skill_group LowCardinality(String),
    external_ids Map(LowCardinality(String), String),
    customer_key String,
    spoken_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    spoken_ms Int64 CODEC(Delta, ZSTD(1)),
    received_ms Int64 CODEC(Delta, ZSTD(1)),
    judged_ms Int64 CODEC(Delta, ZSTD(1)),
    raised_ms Int64 CODEC(Delta, ZSTD(1)),
    delivered_ms Int64 CODEC(Delta, ZSTD(1)),
    seen_ms Int64 CODEC(Delta, ZSTD(1)),
    claimed_ms Int64 CODEC(Delta, ZSTD(1)),
    closed_ms Int64 CODEC(Delta, ZSTD(1)),
    rule_set_hash LowCardinality(String),
    evidence String CODEC(ZSTD(3)),
    version_offset Int64,
    version_index Int64,
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64,
    INDEX spoken_at_range spoken_at TYPE minmax GRANULARITY 4,
    INDEX conversation_ids conversation_id TYPE bloom_filter GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, rule_id, alert_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- Each step of telling somebody, once; a repeat (second tab, reconnect) changes nothing.
CREATE TABLE IF NOT EXISTS earshot.delivery_steps
(
    tenant LowCardinality(String),
    alert_id String,
    recipient String,
    channel LowCardinality(String),
    step LowCardinality(String),
    conversation_id String,
    action_id String,
    at_ms Int64 CODEC(Delta, ZSTD(1)),
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, alert_id, recipient, channel, step)
SETTINGS non_replicated_deduplication_window = 1000;

-- One row for each (alert, recipient, channel); times are epoch ms, 0 while the step has not happened.
CREATE OR REPLACE VIEW earshot.deliveries AS
SELECT
    tenant,
    alert_id,
    recipient,
    channel,
    any(conversation_id) AS conversation_id,
    sumIf(at_ms, step = 'delivered') AS delivered_ms,
    sumIf(at_ms, step = 'seen') AS seen_ms
FROM earshot.delivery_steps FINAL
GROUP BY tenant, alert_id, recipient, channel;

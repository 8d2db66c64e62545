-- What could not be used and why; the bytes stay in the log.
CREATE TABLE IF NOT EXISTS earshot.dead_letters
(
    tenant LowCardinality(String),
    id String,
    reason LowCardinality(String),
    source_topic LowCardinality(String),
    source_partition UInt32,
    source_offset Int64,
    source_key String,
    bytes UInt64,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    log_topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD(1)),
    logged_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(logged_at)
ORDER BY (tenant, id)
SETTINGS non_replicated_deduplication_window = 1000;

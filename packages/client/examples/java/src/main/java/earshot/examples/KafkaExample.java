package earshot.examples;

import com.google.protobuf.InvalidProtocolBufferException;
import earshot.v1.AlertOuterClass.Alert;
import earshot.v1.AlertOuterClass.AlertRecord;
import earshot.v1.AlertOuterClass.AlertVersion;
import earshot.v1.Event.ConversationEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes a call to earshot.inbound.v1 as protobuf, and reads what becomes of it on earshot.alerts.v1. Brokers:
 * EARSHOT_BROKERS (default 127.0.0.1:9092).
 */
public final class KafkaExample {
    private static final long GIVE_UP_MS = 30_000;
    private static final Comparator<AlertVersion> BY_VERSION =
            Comparator.comparingLong(AlertVersion::getOffset).thenComparingInt(AlertVersion::getIndex);

    /** An alert may come more than once; only a higher version says something new. */
    private final Map<String, AlertVersion> shown = new HashMap<>();

    public static void main(String[] args) throws Exception {
        String brokers = System.getenv().getOrDefault("EARSHOT_BROKERS", "127.0.0.1:9092");
        String conversationId = "java-" + System.currentTimeMillis();
        publish(brokers, conversationId);
        System.exit(new KafkaExample().isAlerted(brokers, conversationId) ? 0 : 1);
    }

    private static void publish(String brokers, String conversationId) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", brokers,
                "acks", "all",
                "enable.idempotence", true,
                // Whatever your producers pack with: the broker unpacks it.
                "compression.type", "lz4");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (ConversationEvent event : Call.events(conversationId)) {
                // The key decides the partition, and so the order: always the conversation.
                var record = new ProducerRecord<>("earshot.inbound.v1", event.getConversationId(), event.toByteArray());
                record.headers().add("content-type", "application/x-protobuf".getBytes(StandardCharsets.UTF_8));
                record.headers().add("earshot-source", "voice".getBytes(StandardCharsets.UTF_8));
                var place = producer.send(record).get();
                System.out.println(event.getEventId() + " at " + place.partition() + "/" + place.offset());
            }
        }
    }

    private boolean isAlerted(String brokers, String conversationId) throws InvalidProtocolBufferException {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", brokers,
                "group.id", "example-" + conversationId,
                "auto.offset.reset", "earliest",
                // What another producer took back is not read.
                "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("earshot.alerts.v1"));
            long giveUpAt = System.currentTimeMillis() + GIVE_UP_MS;
            while (shown.isEmpty() && System.currentTimeMillis() < giveUpAt) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    // The key is tenant|conversation.
                    if (record.key().endsWith("|" + conversationId)) show(AlertRecord.parseFrom(record.value()));
                }
            }
        }
        return !shown.isEmpty();
    }

    private void show(AlertRecord record) {
        List<Alert> alerts = record.hasAlert() ? List.of(record.getAlert()) : record.getList().getAlertsList();
        for (Alert alert : alerts) {
            AlertVersion last = shown.get(alert.getId());
            if (last != null && BY_VERSION.compare(last, alert.getVersion()) >= 0) continue;
            shown.put(alert.getId(), alert.getVersion());
            var finding = alert.getFinding();
            System.out.printf("alert %s %s: %s (%s) %s%n", alert.getId(), alert.getState(), finding.getRuleId(),
                    finding.getSeverity(), finding.getPrompt().getWhat());
        }
    }
}

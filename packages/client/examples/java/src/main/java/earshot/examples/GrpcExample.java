package earshot.examples;

import earshot.v1.Event.ConversationEvent;
import earshot.v1.IngestServiceGrpc;
import earshot.v1.IngestServiceOuterClass.EventResult;
import earshot.v1.IngestServiceOuterClass.StreamEventsRequest;
import earshot.v1.IngestServiceOuterClass.StreamEventsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends a call through the gRPC door; each event of the stream is answered once it is durable. Address: EARSHOT_ADDRESS
 * (default 127.0.0.1:8702); key, if one has been made: EARSHOT_API_KEY.
 */
public final class GrpcExample {
    public static void main(String[] args) throws Exception {
        String address = System.getenv().getOrDefault("EARSHOT_ADDRESS", "127.0.0.1:8702");
        ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
        try {
            System.exit(send(channel, "java-grpc-" + System.currentTimeMillis()) ? 0 : 1);
        } finally {
            channel.shutdownNow();
        }
    }

    private static boolean send(ManagedChannel channel, String conversationId) throws Exception {
        var stub = IngestServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata()));
        List<ConversationEvent> events = Call.events(conversationId);
        var answers = new Answers(events.size());
        StreamObserver<StreamEventsRequest> requests = stub.streamEvents(answers);
        for (int sequence = 0; sequence < events.size(); sequence++) {
            requests.onNext(StreamEventsRequest.newBuilder()
                    .setSequence(sequence)
                    .setEvent(events.get(sequence))
                    .build());
        }
        requests.onCompleted();
        return answers.allDurable.get(30, TimeUnit.SECONDS);
    }

    private static Metadata metadata() {
        var metadata = new Metadata();
        String apiKey = System.getenv("EARSHOT_API_KEY");
        if (apiKey != null) {
            metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + apiKey);
        }
        metadata.put(Metadata.Key.of("earshot-source", Metadata.ASCII_STRING_MARSHALLER), "voice");
        return metadata;
    }

    private static final class Answers implements StreamObserver<StreamEventsResponse> {
        final CompletableFuture<Boolean> allDurable = new CompletableFuture<>();
        private final AtomicInteger waitedFor;

        Answers(int count) {
            waitedFor = new AtomicInteger(count);
        }

        @Override
        public void onNext(StreamEventsResponse answer) {
            EventResult result = answer.getResult();
            if (result.hasRefused()) {
                System.out.println(result.getEventId() + " refused: " + result.getRefused().getCode());
                allDurable.complete(false);
                return;
            }
            var place = result.getAcknowledged();
            System.out.println(result.getEventId() + " durable at " + place.getPartition() + "/" + place.getOffset());
            if (waitedFor.decrementAndGet() == 0) allDurable.complete(true);
        }

        @Override
        public void onError(Throwable error) {
            allDurable.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            allDurable.complete(waitedFor.get() == 0);
        }
    }
}

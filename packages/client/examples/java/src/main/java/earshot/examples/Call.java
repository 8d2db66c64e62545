package earshot.examples;

import earshot.v1.Event.Channel;
import earshot.v1.Event.ConversationEvent;
import earshot.v1.Event.Direction;
import earshot.v1.Event.ParticipantRole;
import earshot.v1.Event.Started;
import earshot.v1.Event.Utterance;
import java.util.List;

/** A short call in which the customer threatens to complain. */
final class Call {
    private Call() {}

    static List<ConversationEvent> events(String conversationId) {
        long now = System.currentTimeMillis();
        ConversationEvent started = ConversationEvent.newBuilder()
                .setConversationId(conversationId)
                // Your own id of the event: sending it again changes nothing.
                .setEventId(conversationId + ".started")
                .setAtMs(now)
                .setStarted(Started.newBuilder()
                        .setChannel(Channel.CHANNEL_VOICE)
                        .setDirection(Direction.DIRECTION_INBOUND)
                        .putExternalIds("call", "C-1"))
                .build();
        return List.of(
                started,
                said(conversationId, 0, "上个月多扣了一笔钱", now + 1_000),
                said(conversationId, 1, "我要打12315投诉", now + 3_000));
    }

    private static ConversationEvent said(String conversationId, long segment, String text, long endMs) {
        return ConversationEvent.newBuilder()
                .setConversationId(conversationId)
                .setEventId(conversationId + "." + segment)
                .setAtMs(endMs)
                .setUtterance(Utterance.newBuilder()
                        .setParticipantId("customer")
                        .setRole(ParticipantRole.PARTICIPANT_ROLE_CUSTOMER)
                        .setLeg("customer")
                        .setSegment(segment)
                        .setFinal(true)
                        .setText(text)
                        .setStartMs(endMs - 1_000)
                        .setEndMs(endMs))
                .build();
    }
}

package dev.adp.gateway;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.Transcripts;
import dev.adp.domain.UsageRecord;
import dev.adp.gateway.speech.Speech;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is said in one call. While the call goes by, only bytes are kept, and only of a side that
 * its provider recorded when the call began; they are looked at elsewhere, after its end.
 */
final class Turn {
  /** Of a call that leaves nothing but its usage record. */
  static final Turn SILENT = new Turn(null, null);

  private final @Nullable Transcriber transcriber;
  private final @Nullable Head head;
  private @Nullable CapturedBody asked;
  private @Nullable CapturedBody answered;
  private String askedEncoding = "";
  private boolean passes;
  private String answerType = "";
  private String answerEncoding = "";
  private boolean answersWell;
  private boolean ended;

  /**
   * What is known when a call begins.
   *
   * @param upstreamPath tells how the call speaks
   * @param traceparent the caller's, as he wrote it
   * @param conversationId the caller's, or empty
   * @param previousResponseId the answer that it goes on from, or empty
   */
  record Head(
      LlmProvider provider,
      Wire wire,
      String upstreamPath,
      Optional<String> traceparent,
      String conversationId,
      String previousResponseId) {

    Speech speech() {
      return wire.speech(upstreamPath);
    }

    /**
     * Whether transcripts have a place for it: a call that nobody records and that names no
     * conversation would be one by itself, of which nothing is known but its usage.
     */
    boolean isTurn() {
      Transcripts recorded = provider.draft().transcripts();
      boolean says = recorded.recordInputMessages() || recorded.recordOutputMessages();
      boolean goesOn = !conversationId.isEmpty() || !previousResponseId.isEmpty();
      return (says || goesOn) && speech().converses();
    }
  }

  /** How a request's body comes. */
  sealed interface Body {
    /** There is none, or one that nobody reads. */
    record None() implements Body {}

    /**
     * It is there.
     *
     * @param encoding how it is compressed, or empty
     */
    record Whole(Buffer bytes, String encoding) implements Body {}

    /** It is passed on piece by piece, and told of by {@link #asks}. */
    record Passing(String encoding) implements Body {}
  }

  /**
   * A call that has ended, with what was kept of it.
   *
   * @param askedEncoding how the request's body is compressed, or empty
   * @param answerEncoding how the answer's is
   */
  record Ended(
      Head head,
      UsageRecord record,
      Optional<CapturedBody> asked,
      String askedEncoding,
      Optional<CapturedBody> answered,
      String answerType,
      String answerEncoding) {

    void release() {
      asked.ifPresent(CapturedBody::release);
      answered.ifPresent(CapturedBody::release);
    }
  }

  private Turn(@Nullable Transcriber transcriber, @Nullable Head head) {
    this.transcriber = transcriber;
    this.head = head;
  }

  /** A call begins. */
  static Turn of(Transcriber transcriber, Head head, Body body) {
    if (!transcriber.exportsSpans() && !head.isTurn()) {
      return SILENT;
    }
    var turn = new Turn(transcriber, head);
    var recorded = head.provider().draft().transcripts();
    if (recorded.recordInputMessages()) {
      switch (body) {
        case Body.Whole(var bytes, var encoding) -> {
          turn.asked = transcriber.capture();
          turn.asked.whole(bytes);
          turn.askedEncoding = encoding;
        }
        case Body.Passing(var encoding) -> {
          turn.asked = transcriber.capture();
          turn.askedEncoding = encoding;
          turn.passes = true;
        }
        case Body.None _ -> {}
      }
    }
    if (recorded.recordOutputMessages()) {
      turn.answered = transcriber.capture();
    }
    return turn;
  }

  /** A piece of a request that is passed on. */
  void asks(Buffer piece) {
    if (passes && asked != null) {
      asked.add(piece);
    }
  }

  /**
   * The answer begins.
   *
   * @param type of its body in lower case
   * @param encoding how it is compressed, or empty
   * @param well whether it is one of the model, and not what an upstream says instead of it
   */
  void answers(String type, String encoding, boolean well) {
    answerType = type;
    answerEncoding = encoding;
    answersWell = well;
  }

  /** A piece of the answer, as the upstream sent it. */
  void says(Buffer piece) {
    if (answered != null && answersWell) {
      answered.add(piece);
    }
  }

  /** Nobody will tell of the call: what was kept of it is given back. */
  void drop() {
    Optional.ofNullable(asked).ifPresent(CapturedBody::release);
    Optional.ofNullable(answered).ifPresent(CapturedBody::release);
    asked = null;
    answered = null;
  }

  /** The call has ended; what comes behind the end is not said any more. */
  void ended(UsageRecord record) {
    if (transcriber == null || head == null || ended) {
      return;
    }
    ended = true;
    var call =
        new Ended(
            head,
            record,
            Optional.ofNullable(asked),
            askedEncoding,
            Optional.ofNullable(answered),
            answerType,
            answerEncoding);
    asked = null;
    answered = null;
    transcriber.ended(call);
  }
}

package dev.adp.gateway;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Transcripts;
import dev.adp.gateway.speech.MessageLimits;
import dev.adp.gateway.speech.SaidAnswer;
import dev.adp.gateway.speech.Speech;
import dev.adp.http.MetricsText;
import dev.adp.http.MetricsText.Measure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a span of every call of a model, and a turn of a conversation with what was said where that
 * is recorded. A thread of its own reads; when it cannot keep up, bodies are dropped and counted,
 * for calls do not wait for their transcript.
 */
public final class Transcriber implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transcriber.class);
  private static final int TURNS_MAX = 10_000;

  /** Nobody wakes the thread: that would cost each call more than to keep its bytes. */
  private static final long IDLE_MS = 20;

  private static final long CLOSE_MS_MAX = 5_000;

  private final MessageLimits limits;
  private final BodyBudget budget;
  private final TranscriptSink sink;
  private final CallSpans spans;
  private final Queue<Turn.Ended> turns = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder lost = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private final Thread thread;
  private volatile boolean closing;

  public Transcriber(TranscriptLimits limits, TranscriptSink sink, CallSpans spans) {
    this.limits = limits.messages();
    this.budget = new BodyBudget(limits.heldBytesMax());
    this.sink = sink;
    this.spans = spans;
    this.thread = Thread.ofPlatform().name("adp-transcriber").daemon().start(this::run);
  }

  /** Whether somebody sees the spans of calls that are no turns. */
  boolean exportsSpans() {
    return spans.areExported();
  }

  /** Room for one side of a call. */
  CapturedBody capture() {
    return new CapturedBody(budget, limits.callBytesMax());
  }

  /** Takes a call that has ended; does not wait. */
  void ended(Turn.Ended turn) {
    if (waiting.incrementAndGet() > TURNS_MAX) {
      waiting.decrementAndGet();
      missed.increment();
      turn.release();
      return;
    }
    turns.add(turn);
  }

  private void run() {
    try {
      while (true) {
        boolean last = closing; // Seen before looking: what ended before is found.
        Turn.Ended turn = turns.poll();
        if (turn != null) {
          waiting.decrementAndGet();
          transcribe(turn);
        } else if (last) {
          return;
        } else {
          TimeUnit.MILLISECONDS.sleep(IDLE_MS);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What an unforeseen exception says may quote a body, so only its kind and place are logged. */
  private void transcribe(Turn.Ended turn) {
    try {
      Speech speech = turn.head().speech();
      Transcripts recorded = turn.head().provider().draft().transcripts();
      Optional<RecordedMessages> input =
          recorded.recordInputMessages() ? Optional.of(asked(speech, turn)) : Optional.empty();
      SaidAnswer answer = speech.answer();
      Optional<RecordedMessages> output = turn.answered().map(body -> answered(turn, body, answer));
      turn.release();
      List<String> reasons = answer.finishReasons();
      CallSpans.Ids ids = spans.record(turn.head(), turn.record(), reasons, input, output);
      if (turn.head().isTurn()) {
        sink.offer(
            turn.record(),
            new CallTranscript(
                ids.traceId(),
                ids.spanId(),
                ids.parentSpanId(),
                turn.head().previousResponseId(),
                reasons,
                input,
                output));
      }
    } catch (RuntimeException | StackOverflowError e) { // One turn's, not the thread's.
      unreadable.increment();
      LOG.error("a transcript failed: {} {}", e.getClass(), List.of(e.getStackTrace()));
    } finally {
      turn.release();
    }
  }

  /** What is recorded and cannot be kept says so: nobody is told that recording was off. */
  private RecordedMessages asked(Speech speech, Turn.Ended turn) {
    if (turn.asked().isEmpty()) {
      return RecordedMessages.UNREADABLE; // A form, or nothing at all.
    }
    CapturedBody body = turn.asked().get();
    if (body.lost()) {
      lost.increment();
      return RecordedMessages.NOT_KEPT;
    }
    Optional<RecordedMessages> messages =
        Encoding.undone(turn.askedEncoding(), body.bytes(), limits.callBytesMax())
            .flatMap(plain -> speech.request(plain.bytes(), plain.whole() && !body.cut(), limits));
    if (messages.isEmpty()) {
      unreadable.increment();
    }
    return messages.orElse(RecordedMessages.UNREADABLE);
  }

  private RecordedMessages answered(Turn.Ended turn, CapturedBody body, SaidAnswer answer) {
    if (body.lost()) {
      lost.increment();
      return RecordedMessages.NOT_KEPT;
    }
    byte[] bytes = body.bytes();
    Optional<Encoding.Plain> plain =
        Encoding.undone(turn.answerEncoding(), bytes, limits.callBytesMax());
    plain.ifPresent(read -> AnswerEvents.read(turn.answerType(), read.bytes(), answer));
    if (bytes.length > 0 && !answer.understood()) {
      unreadable.increment();
      return RecordedMessages.UNREADABLE;
    }
    return answer.recorded(limits, !body.cut() && plain.map(Encoding.Plain::whole).orElse(true));
  }

  /** Writes what became of bodies that should have been recorded. */
  public void write(MetricsText text) {
    text.single(
        "adp_transcript_held_bytes",
        Measure.GAUGE,
        "Bytes of bodies in memory for their transcripts.",
        budget.held());
    text.family(
        "adp_transcript_bodies_lost_total",
        Measure.COUNTER,
        "Bodies that should have been recorded and were not, by the reason.");
    text.sample("adp_transcript_bodies_lost_total", lost.sum(), "reason", "memory");
    text.sample("adp_transcript_bodies_lost_total", unreadable.sum(), "reason", "unreadable");
    text.single(
        "adp_transcript_calls_missed_total",
        Measure.COUNTER,
        "Calls without span and transcript since they came too fast.",
        missed.sum());
    spans.write(text);
  }

  /** Reads what is left. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(Duration.ofMillis(CLOSE_MS_MAX))) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Meters the event streams of Bedrock. Every piece leaves as it came. Of ConverseStream the {@code
 * metadata} event counts, which is the last; of InvokeModelWithResponseStream the events of the
 * model inside {@code chunk} events, the last of which holds Bedrock's own metrics. An exception
 * ends either.
 */
final class EventStreamMeter implements ResponseMeter {
  private static final int CHUNKS_PARSED_FOR_MODEL_MAX = 8;

  private final UsageReader reader;
  private final EventStreamFrames frames = new EventStreamFrames(this::frame);
  private boolean complete;
  private boolean failed;
  private int chunks;

  EventStreamMeter(UsageReader reader) {
    this.reader = reader;
  }

  @Override
  public Buffer accept(Buffer piece) {
    frames.accept(piece);
    return piece;
  }

  @Override
  public Buffer end() {
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public Reported reported() {
    Reported told = reader.reported();
    return told.asFailed(told.failed() || failed).asOdd(told.odd() || frames.damaged());
  }

  private void frame(EventStreamFrames.Frame frame) {
    if (!frame.header(":message-type").equals("event")) {
      failed = true;
      complete = true;
      return;
    }
    try {
      switch (frame.header(":event-type")) {
        case "metadata" -> {
          complete = true;
          frame.payload().map(JsonObject::new).ifPresent(reader::accept);
        }
        case "chunk" -> frame.payload().map(JsonObject::new).ifPresent(this::chunk);
        default -> {}
      }
    } catch (DecodeException | ClassCastException | IllegalArgumentException _) {
      // Not ours to judge: the client gets what the upstream sent.
    }
  }

  private void chunk(JsonObject payload) {
    byte[] event = Base64.getDecoder().decode(UsageReader.text(payload, "bytes"));
    String text = new String(event, StandardCharsets.UTF_8);
    chunks++;
    if (isTelling(text)) {
      reader.accept(new JsonObject(text));
      complete |= text.contains(BedrockUsage.METRICS_MARK);
    }
  }

  private boolean isTelling(String event) {
    List<String> marks = reader.marks();
    return marks.stream().anyMatch(event::contains)
        || (chunks <= CHUNKS_PARSED_FOR_MODEL_MAX && reader.reported().model().isEmpty());
  }
}

package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters the results of a batch: lines of JSON in each of which one whole answer stands, as deep as
 * its provider puts it. Lines may be of any size; any other content is passed over.
 */
final class BatchMeter implements ResponseMeter {
  private static final int VALUE_BYTES_MAX = 65_536;
  private static final Set<String> OPENED = Set.of("response", "body", "result", "message");

  /** The service tier of batches. */
  static final String TIER = "batch";

  private final Supplier<UsageReader> readers;
  private final Consumer<Reported> lines;
  private final JsonKeys wanted;

  /** The line under way, when it is an object so far. */
  private @Nullable JsonMembers line;

  /** Set when the line under way is something else. */
  private boolean passing;

  /**
   * @param readers make a reader for the answer of one line
   * @param lines is told of each line that reports usage
   */
  BatchMeter(Supplier<UsageReader> readers, Consumer<Reported> lines) {
    this.readers = readers;
    this.lines = lines;
    this.wanted = readers.get().telling();
  }

  @Override
  public Buffer accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    for (byte b : bytes) {
      if (b == '\n') {
        endLine();
      } else if (line != null) {
        line.accept(b);
      } else if (b == '{' && !passing) {
        line = new JsonMembers(wanted, OPENED, VALUE_BYTES_MAX);
        line.accept(b);
      } else {
        passing |= b != ' ' && b != '\t' && b != '\r';
      }
    }
    return piece;
  }

  private void endLine() {
    if (line != null && line.isObject()) {
      JsonObject told = line.told();
      inside(told, "response", "body")
          .or(() -> inside(told, "result", "message"))
          .or(() -> UsageReader.object(told, "response")) // Gemini's.
          .ifPresent(this::read);
    }
    line = null;
    passing = false;
  }

  private static Optional<JsonObject> inside(JsonObject told, String outer, String inner) {
    return UsageReader.object(told, outer).flatMap(object -> UsageReader.object(object, inner));
  }

  private void read(JsonObject answer) {
    read(readers.get(), answer, lines);
  }

  /** Reads one answer of a batch. */
  static void read(UsageReader reader, JsonObject answer, Consumer<Reported> told) {
    reader.accept(answer);
    Reported reported = reader.reported();
    if (reported.tokens().isPresent()) {
      // Not every upstream says so with each answer.
      told.accept(reported.serviceTier().contains(TIER) ? reported : reported.alsoAt(TIER));
    }
  }

  @Override
  public Buffer end() {
    endLine(); // The last one may lack its line end.
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return false;
  }

  /** Each line was told by itself, the last one at the latest now. */
  @Override
  public Reported reported() {
    if (line != null && line.isObject()) {
      endLine();
    }
    return Reported.NOTHING;
  }
}

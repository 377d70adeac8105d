package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Meters a batch of Gemini that holds its results itself: one object, with the answers in a list
 * deep inside. It may be of any size.
 */
final class OperationMeter implements ResponseMeter {
  private static final int VALUE_BYTES_MAX = 65_536;
  private static final Set<String> OPENED = Set.of("response", "inlinedResponses");

  private final JsonMembers operation;

  /**
   * @param readers make a reader for one answer
   * @param answers is told of each answer that reports usage
   */
  OperationMeter(Supplier<UsageReader> readers, Consumer<Reported> answers) {
    operation =
        new JsonMembers(
            readers.get().telling(),
            OPENED,
            VALUE_BYTES_MAX,
            element ->
                UsageReader.object(element.told(), "response")
                    .ifPresent(answer -> BatchMeter.read(readers.get(), answer, answers)));
  }

  @Override
  public Buffer accept(Buffer piece) {
    operation.accept(piece);
    return piece;
  }

  @Override
  public Buffer end() {
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return false;
  }

  /** Each answer was told by itself. */
  @Override
  public Reported reported() {
    return Reported.NOTHING;
  }
}

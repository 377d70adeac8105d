package dev.adp.gateway;

import dev.adp.domain.RecordedText;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** The model that a body names. */
final class ModelMember {
  /** What of a name is looked at; nobody tells two apart that begin alike for so long. */
  private static final int BYTES_MAX = 1 << 20;

  private ModelMember() {}

  /**
   * The name, or, of one that the scan did not keep for its length, what is recorded of it: a call
   * with an absurd name is counted under that name and not under none.
   *
   * @param body the whole text that the member is from
   * @return empty when it is no string
   */
  static String name(JsonMember model, Buffer body) {
    if (model.bytes().isPresent()) {
      return model.string().orElse("");
    }
    int start = (int) model.valueStart();
    int end = (int) model.valueEnd();
    if (body.getByte(start) != '"') {
      return "";
    }
    if (end - start <= BYTES_MAX) {
      Buffer value = body.slice(start, end);
      return new JsonMember(model.key(), start, end, Optional.of(value))
          .string()
          .map(RecordedText::of)
          .orElse("");
    }
    // As it was written: its last escape may be cut in two.
    return RecordedText.of(body.getString(start + 1, start + BYTES_MAX));
  }
}

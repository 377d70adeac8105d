package dev.adp.gateway;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks into the objects of a JSON list one by one while its bytes go by. */
final class JsonElements {
  private final Supplier<JsonMembers> fresh;
  private final Consumer<JsonMembers> whole;
  private @Nullable JsonMembers element;

  /**
   * @param whole is told of each object that has gone by
   */
  JsonElements(Supplier<JsonMembers> fresh, Consumer<JsonMembers> whole) {
    this.fresh = fresh;
    this.whole = whole;
  }

  void accept(byte b) {
    if (element == null && b != '{') {
      return; // Brackets, commas and space.
    }
    if (element == null) {
      element = fresh.get();
    }
    element.accept(b);
    if (element.isObject()) {
      whole.accept(element);
      element = null;
    }
  }
}

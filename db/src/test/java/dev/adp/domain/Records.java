package dev.adp.domain;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.stream.Stream;

/** What Java's records cannot do yet. */
public final class Records {
  private Records() {}

  /**
   * The same record but for some of its components.
   *
   * @param changes by the names of components; each must be one
   */
  public static <R extends Record> R with(R record, Map<String, Object> changes) {
    @SuppressWarnings("unchecked") // A record's class is final, so it is that of R.
    Class<R> type = (Class<R>) record.getClass();
    RecordComponent[] components = type.getRecordComponents();
    if (!Stream.of(components)
        .map(RecordComponent::getName)
        .toList()
        .containsAll(changes.keySet())) {
      throw new IllegalArgumentException("no components of a " + type + ": " + changes.keySet());
    }
    try {
      var values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        components[i].getAccessor().setAccessible(true);
        values[i] =
            changes.getOrDefault(
                components[i].getName(), components[i].getAccessor().invoke(record));
      }
      var constructor =
          type.getDeclaredConstructor(
              Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}

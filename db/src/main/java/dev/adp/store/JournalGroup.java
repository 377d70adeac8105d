package dev.adp.store;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records that are handed over to the journal together; without any it is the wish to stop.
 *
 * @param context of the event loop that waits for them, if it is one
 */
record JournalGroup(List<JournalEntry> entries, Optional<Context> context) {
  /** Tells those who wait, each loop once. */
  static void tell(List<JournalGroup> groups) {
    Map<Optional<Context>, List<JournalEntry>> waiting = new LinkedHashMap<>();
    groups.forEach(
        group ->
            waiting
                .computeIfAbsent(group.context(), _ -> new ArrayList<>())
                .addAll(group.entries()));
    waiting.forEach(
        (context, entries) ->
            context.ifPresentOrElse(
                loop -> loop.runOnContext(_ -> entries.forEach(JournalEntry::tell)),
                () -> entries.forEach(JournalEntry::tell)));
  }
}

package dev.adp.gateway;

import dev.adp.store.ProviderSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The calls under way on one event loop, by provider. For its sole use. */
final class LiveCalls {
  private final Map<UUID, Set<Exchange>> calls = new HashMap<>();

  void began(Exchange call) {
    calls.computeIfAbsent(call.provider().uid(), _ -> new HashSet<>()).add(call);
  }

  /** May be told more than once of one call. */
  void ended(Exchange call) {
    UUID provider = call.provider().uid();
    Set<Exchange> ofProvider = calls.get(provider);
    if (ofProvider != null && ofProvider.remove(call) && ofProvider.isEmpty()) {
      calls.remove(provider);
    }
  }

  /** Ends every call whose provider is no more. */
  void abortOrphans(ProviderSnapshot snapshot) {
    List.copyOf(calls.values()).stream()
        .filter(ofProvider -> !snapshot.knows(ofProvider.iterator().next().provider()))
        .flatMap(ofProvider -> List.copyOf(ofProvider).stream())
        .forEach(Exchange::abort);
  }
}

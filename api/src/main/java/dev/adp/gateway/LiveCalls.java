package dev.adp.gateway;

import dev.adp.domain.LlmProvider;
import dev.adp.store.ProviderSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The calls under way on one event loop, by provider. For its sole use. */
final class LiveCalls {
  private final CallLimit limit;
  private final Map<UUID, Set<Exchange>> calls = new HashMap<>();

  LiveCalls(CallLimit limit) {
    this.limit = limit;
  }

  /** Whether one more call of the provider may begin; if so it must. */
  boolean mayBegin(LlmProvider provider) {
    return limit.enter(provider.uid());
  }

  void began(Exchange call) {
    calls.computeIfAbsent(call.provider().uid(), _ -> new HashSet<>()).add(call);
  }

  /** May be told more than once of one call. */
  void ended(Exchange call) {
    UUID provider = call.provider().uid();
    Set<Exchange> ofProvider = calls.get(provider);
    if (ofProvider != null && ofProvider.remove(call)) {
      limit.leave(provider);
      if (ofProvider.isEmpty()) {
        calls.remove(provider);
      }
    }
  }

  /** Ends every call whose provider is no more. */
  void abortOrphans(ProviderSnapshot snapshot) {
    all().stream().filter(call -> !snapshot.knows(call.provider())).forEach(Exchange::abort);
  }

  /** Ends every call that takes too long or has come to a stop. */
  void endDead(long nowNanos) {
    all().forEach(call -> call.endIfDead(nowNanos));
  }

  private List<Exchange> all() {
    return calls.values().stream().flatMap(Set::stream).toList();
  }
}

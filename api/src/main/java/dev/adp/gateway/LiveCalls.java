package dev.adp.gateway;

import dev.adp.domain.LlmProvider;
import dev.adp.store.ProviderSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

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
    each(
        call -> {
          if (!snapshot.knows(call.provider())) {
            call.abort();
          }
        });
  }

  /** Ends every call that takes too long or has come to a stop. */
  void endDead(long nowNanos) {
    each(call -> call.endIfDead(nowNanos));
  }

  /** One that fails must not keep the others from their end. */
  private void each(Consumer<Exchange> step) {
    for (Exchange call : calls.values().stream().flatMap(Set::stream).toList()) {
      try {
        step.accept(call);
      } catch (RuntimeException | StackOverflowError e) {
        Unforeseen.log("a call could not be ended", call.start(), e);
      }
    }
  }
}

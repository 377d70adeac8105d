package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageQueryTest {
  @Test
  void agentsGoByTheirPlainNamesToo() {
    var query =
        new UsageQuery(
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(900),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of("", "support", "agents/support", "agents/search"),
            Set.of(),
            Set.of());
    assertThat(query.agents()).containsExactlyInAnyOrder("", "agents/support", "agents/search");
  }
}

package dev.adp.portal;

import dev.adp.domain.Guardrail;
import java.util.ArrayList;
import java.util.List;

/** A guardrail that a provider may attach, with what helps to choose among them. */
public record GuardrailOption(String name, String text) {

  /**
   * @param chosen stands among them even when it is unknown, so that it is not lost
   */
  static List<GuardrailOption> of(List<Guardrail> known, String chosen) {
    var options = new ArrayList<GuardrailOption>();
    if (!chosen.isEmpty()
        && known.stream().noneMatch(guardrail -> guardrail.name().value().equals(chosen))) {
      options.add(new GuardrailOption(chosen, chosen + " · not found"));
    }
    known.forEach(guardrail -> options.add(of(guardrail)));
    return options;
  }

  private static GuardrailOption of(Guardrail guardrail) {
    String state =
        switch (guardrail.state()) {
          case ACTIVE -> guardrail.draft().enabled() ? "" : " · disabled";
          case DELETING -> " · being deleted";
        };
    return new GuardrailOption(
        guardrail.name().value(),
        "%s · %s%s".formatted(guardrail.name(), guardrail.draft().region(), state));
  }
}

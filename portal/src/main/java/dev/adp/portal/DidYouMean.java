package dev.adp.portal;

import dev.adp.domain.Guardrail;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what a name that nothing has was most likely meant to be.
 *
 * @param secrets the names of those that a provider may refer to
 * @param guardrails the same of guardrails
 */
record DidYouMean(List<String> secrets, List<Guardrail> guardrails) {
  /** One slip of the keyboard in four letters; more is another word. */
  private static final int LETTERS_PER_SLIP = 4;

  /** Completes what is wrong with references by the names that are near. */
  List<Problem> complete(List<Problem> problems, ProviderForm form) {
    return problems.stream().map(problem -> complete(problem, form)).toList();
  }

  private Problem complete(Problem problem, ProviderForm form) {
    return typed(problem, form)
        .flatMap(typed -> nearest(typed.name(), typed.known()))
        .map(problem::orRather)
        .orElse(problem);
  }

  private record Typed(String name, List<String> known) {}

  /** The reference that stands in the field of a problem. */
  private Optional<Typed> typed(Problem problem, ProviderForm form) {
    if (problem.id().equals(TypeCard.BEDROCK.slug() + "_guardrail")) {
      var names = guardrails.stream().map(guardrail -> guardrail.name().value()).toList();
      return Optional.of(new Typed(form.chosen().aws().guardrail(), names));
    }
    return form.secrets().stream()
        .filter(secret -> secret.id().equals(problem.id()) && !secret.choice().isNew())
        .map(secret -> new Typed(secret.choice().existing(), secrets))
        .findFirst();
  }

  /** The known name that is nearest to one that is not known, if any is near. */
  static Optional<String> nearest(String name, Collection<String> known) {
    if (name.isEmpty() || known.contains(name)) {
      return Optional.empty();
    }
    return known.stream()
        .filter(other -> isNear(name, other))
        .min(Comparator.comparingInt(other -> distance(lower(name), lower(other))));
  }

  /** A word too few or too many also counts: OPENAI_KEY for OPENAI_API_KEY. */
  private static boolean isNear(String name, String other) {
    Set<String> words = words(name);
    Set<String> others = words(other);
    int longer = Math.max(name.length(), other.length());
    return distance(lower(name), lower(other)) <= Math.max(1, longer / LETTERS_PER_SLIP)
        || (Math.min(words.size(), others.size()) > 1
            && (words.containsAll(others) || others.containsAll(words)));
  }

  private static Set<String> words(String name) {
    return Set.copyOf(List.of(lower(name).split("[^a-z0-9]+", -1)));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** How many letters must be put in, taken out or changed. */
  private static int distance(String a, String b) {
    var above = new ArrayList<Integer>();
    for (int j = 0; j <= b.length(); j++) {
      above.add(j);
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = above.getFirst();
      above.set(0, i);
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = above.get(j);
        above.set(j, Math.min(changed, Math.min(diagonal, above.get(j - 1)) + 1));
      }
    }
    return above.getLast();
  }
}

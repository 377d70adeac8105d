package dev.adp.portal;

import dev.adp.domain.Conversation;
import dev.adp.domain.Conversation.ProviderName;
import java.util.List;

/** A conversation as lists and its own page show it. */
public record ConversationView(Conversation conversation) {
  private static final String AGENTS = "agents/";
  private static final int ID_CHARS_MAX = 40;
  private static final int NAMES_MAX = 5;

  public String href() {
    return href(conversation.id());
  }

  /** The page of a conversation; an id may hold any character. */
  static String href(String id) {
    return "/transcripts/" + Cursor.encoded(Conversation.inPath(id)).replace("+", "%20");
  }

  /** Not more of the id than a column holds. */
  public String shortId() {
    String id = conversation.id();
    return id.length() <= ID_CHARS_MAX ? id : id.substring(0, ID_CHARS_MAX) + "…";
  }

  public boolean byAgent() {
    return !conversation.agents().isEmpty();
  }

  /** The agents, else the users. */
  private List<String> who() {
    return byAgent()
        ? conversation.agents().stream().map(ConversationView::plain).toList()
        : conversation.users();
  }

  static String plain(String agent) {
    return agent.startsWith(AGENTS) ? agent.substring(AGENTS.length()) : agent;
  }

  public String firstWho() {
    return who().isEmpty() ? "–" : who().getFirst();
  }

  /** Some of the others; empty when there is one. */
  public String otherWho() {
    return String.join(", ", who().stream().skip(1).limit(NAMES_MAX).toList());
  }

  public String models() {
    return String.join(", ", conversation.models().stream().limit(NAMES_MAX).toList());
  }

  public TurnStatus status() {
    return TurnStatus.of(conversation.lastOutcome());
  }

  public TypeCard type(ProviderName provider) {
    return TypeCard.of(provider.type());
  }

  public String otherProviders() {
    return String.join(
        ", ",
        conversation.providers().stream()
            .skip(1)
            .limit(NAMES_MAX)
            .map(ProviderName::displayName)
            .toList());
  }

  /** What is to be said about recording; empty when all of it is recorded. */
  public String recording() {
    long kept = conversation.inputTurns() + conversation.outputTurns();
    return kept == 0 ? "Not recorded" : kept < 2 * conversation.turns() ? "Partly recorded" : "";
  }

  public boolean unpriced() {
    return conversation.unpricedTokens() > 0 && conversation.costMicrocents() == 0;
  }

  public boolean partlyUnpriced() {
    return conversation.unpricedTokens() > 0 && conversation.costMicrocents() > 0;
  }
}

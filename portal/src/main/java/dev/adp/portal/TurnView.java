package dev.adp.portal;

import dev.adp.domain.ConversationTurn;
import dev.adp.domain.ConversationTurn.Recording;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import java.util.List;

/**
 * A turn as a page shows it.
 *
 * @param history messages that earlier turns have shown and that were only sent again
 * @param repeated how many of them there are
 * @param fresh what is new in the input
 * @param leftOut whether there was no room for some of what is new
 * @param href of the turn's messages as text, without the side
 */
public record TurnView(
    ConversationTurn turn,
    List<SaidMessage> history,
    int repeated,
    List<SaidMessage> fresh,
    List<SaidMessage> answer,
    boolean leftOut,
    String href) {

  public String id() {
    return "turn-" + turn.id();
  }

  public TurnStatus status() {
    return TurnStatus.of(turn.outcome());
  }

  public boolean failed() {
    return turn.outcome() != Outcome.OK;
  }

  /** Messages sent again that are not even hinted at. */
  public int omitted() {
    return repeated - history.size();
  }

  public boolean inputMissing() {
    return !turn.input().isKept();
  }

  public boolean outputMissing() {
    return !turn.output().isKept();
  }

  public boolean truncatedInput() {
    return turn.input().state() == Recording.TRUNCATED;
  }

  public boolean truncatedOutput() {
    return turn.output().state() == Recording.TRUNCATED;
  }

  /** Why nothing is shown of a side. */
  public String missing(boolean input) {
    Recording state = input ? turn.input().state() : turn.output().state();
    String toggle = input ? "Record inputs" : "Record outputs";
    return state == Recording.DROPPED
        ? "It could not be kept: there was no room for it, or it was in no form that is read. Tokens and cost are complete."
        : toggle
            + " was off for this provider when the call was made. Tokens and cost are complete.";
  }

  public String model() {
    return turn.modelAnswered().isEmpty() ? turn.model() : turn.modelAnswered();
  }

  /** Tokens of the prompt, from caches or not. */
  public long tokensIn() {
    return turn.tokens().prompt();
  }

  public long tokensOut() {
    return turn.tokens().total() - turn.tokens().prompt();
  }

  public boolean unpriced() {
    return turn.cost().unpricedTokens() > 0;
  }

  public boolean tokensUnknown() {
    return turn.usageState() == UsageState.MISSING;
  }

  public String reasons() {
    return String.join(", ", turn.finishReasons());
  }
}

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

  /** What became of a side of which nothing is shown. */
  public String missingTitle(boolean input) {
    return side(input) == Recording.NOT_RECORDED ? "Not recorded" : "Not kept";
  }

  /** Why nothing is shown of a side. */
  public String missing(boolean input) {
    String why =
        switch (side(input)) {
          case DROPPED -> "There was no room for it: too much was to be recorded at the moment.";
          case UNREADABLE ->
              "It was in no form that is read: no JSON of this API, a file, or compressed otherwise"
                  + " than by gzip or deflate.";
          case NOT_RECORDED, RECORDED, TRUNCATED ->
              (input ? "Record inputs" : "Record outputs")
                  + " was off for this provider when the call was made.";
        };
    return why + " Tokens and cost are complete.";
  }

  private Recording side(boolean input) {
    return input ? turn.input().state() : turn.output().state();
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

package dev.adp.store;

import static dev.adp.domain.Permission.TRANSCRIPT_GET;
import static dev.adp.domain.Permission.TRANSCRIPT_LIST;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.TRANSCRIPT_CONVERSATION;
import static dev.adp.store.schema.Tables.TRANSCRIPT_TURN;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;

import dev.adp.domain.Actor;
import dev.adp.domain.Conversation;
import dev.adp.domain.ConversationTurn;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.Unavailable;
import dev.adp.domain.PageKey;
import dev.adp.domain.Slice;
import dev.adp.domain.UsageQuery;
import dev.adp.domain.UsageRecord.Outcome;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** What was said through the gateway, by conversation. */
public final class Conversations {
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /** Who reads messages at once: each may have tens of megabytes in memory meanwhile. */
  static final int READERS_MAX = 4;

  private final Database database;
  private final ReadingRoom room = new ReadingRoom(READERS_MAX);

  public Conversations(Database database) {
    this.database = database;
  }

  /**
   * Waits for room to read messages, a moment at most. Ask before {@link #get} and {@link #turn},
   * and give it back once an answer has been made of them.
   *
   * @throws Unavailable when others need all of it
   */
  public ReadingRoom.Place room(Actor actor) {
    actor.require(TRANSCRIPT_GET);
    return room.enter();
  }

  /**
   * A conversation from one of its turns on.
   *
   * @param before the turn before the first of these, for whoever tells what is new in that one;
   *     empty at the beginning
   */
  public record Part(
      Conversation conversation,
      Optional<ConversationTurn> before,
      Slice<ConversationTurn> turns) {}

  /** Conversations, the one that began last first, from a place in the list on. */
  public Slice<Conversation> list(
      Actor actor, Conversation.Query query, int rowsMax, Optional<PageKey> after) {
    actor.require(TRANSCRIPT_LIST);
    actor.require(TRANSCRIPT_GET);
    var rows =
        database.list(
            ConversationRows.select()
                .where(matches(query))
                .and(after.map(Conversations::behind).orElseGet(DSL::noCondition))
                .orderBy(
                    TRANSCRIPT_CONVERSATION.STARTED_AT.desc(),
                    TRANSCRIPT_CONVERSATION.CONVERSATION_ID.desc())
                .limit(rowsMax + 1),
            ConversationRows::read);
    return Slice.of(rows, rowsMax, c -> new PageKey(c.startedAt().toString(), c.id()));
  }

  /**
   * A conversation and some of its turns, the first first. There are fewer than asked for when
   * their messages are many megabytes.
   *
   * @throws NotFound when there is none of this id
   */
  public Part get(Actor actor, String id, int turnsMax, Optional<PageKey> after) {
    actor.require(TRANSCRIPT_GET);
    if (!Database.takes(id)) {
      throw new NotFound("conversation", id);
    }
    Optional<Place> place = after.map(Place::of);
    Condition behind = place.map(Place::behind).orElseGet(DSL::noCondition);
    return database.snapshot(
        tx ->
            new Part(
                tx.first(
                        ConversationRows.select()
                            .where(TRANSCRIPT_CONVERSATION.CONVERSATION_ID.eq(id), visible()),
                        ConversationRows::read)
                    .orElseThrow(() -> new NotFound("conversation", id)),
                place.flatMap(
                    at -> tx.first(TurnRows.select(of(id).and(at.itself()), 1), TurnRows::read)),
                slice(
                    tx.list(TurnRows.page(of(id).and(behind), turnsMax + 1), TurnRows::readOfPage),
                    turnsMax)));
  }

  /**
   * One turn of a conversation.
   *
   * @throws NotFound when the conversation has no such turn
   */
  public ConversationTurn turn(Actor actor, String conversation, UUID id) {
    actor.require(TRANSCRIPT_GET);
    if (!Database.takes(conversation)) {
      throw new NotFound("conversation", conversation);
    }
    return database
        .first(TurnRows.select(of(conversation).and(TRANSCRIPT_TURN.ID.eq(id)), 1), TurnRows::read)
        .orElseThrow(() -> new NotFound("turn", id.toString()));
  }

  /** What was read may end before its time, where the messages are too large to go on. */
  private static Slice<ConversationTurn> slice(List<TurnRows.OfPage> read, int turnsMax) {
    List<ConversationTurn> turns =
        read.stream().limit(turnsMax).flatMap(row -> row.turn().stream()).toList();
    return new Slice<>(
        turns, turns.size() < read.size() ? Optional.of(turns.getLast().key()) : Optional.empty());
  }

  private static Condition of(String conversation) {
    return TRANSCRIPT_TURN.CONVERSATION_ID.eq(conversation);
  }

  private static Instant instant(String text) {
    Instant at = Instant.parse(text);
    if (at.isBefore(Instant.EPOCH) || at.isAfter(LATEST)) {
      throw new DateTimeException("beyond what the database takes");
    }
    return at;
  }

  /** A turn by its key. */
  private record Place(Instant startedAt, UUID id) {
    static Place of(PageKey key) {
      try {
        return new Place(instant(key.sortValue()), UUID.fromString(key.name()));
      } catch (DateTimeException | IllegalArgumentException _) {
        throw badToken();
      }
    }

    Condition itself() {
      return TRANSCRIPT_TURN.STARTED_AT.eq(Times.of(startedAt)).and(TRANSCRIPT_TURN.ID.eq(id));
    }

    Condition behind() {
      return row(TRANSCRIPT_TURN.STARTED_AT, TRANSCRIPT_TURN.ID).gt(Times.of(startedAt), id);
    }
  }

  private static Condition behind(PageKey key) {
    try {
      return row(TRANSCRIPT_CONVERSATION.STARTED_AT, TRANSCRIPT_CONVERSATION.CONVERSATION_ID)
          .lt(Times.of(instant(key.sortValue())), key.name());
    } catch (DateTimeException _) {
      throw badToken();
    }
  }

  private static Invalid badToken() {
    return new Invalid("page_token", "must be the next_page_token of the page before");
  }

  private static Condition matches(Conversation.Query query) {
    return DSL.and(
        visible(),
        query.search().isEmpty() ? noCondition() : search(query.search()),
        query.provider().isEmpty() ? noCondition() : provider(query.provider()),
        query.agent().isEmpty() ? noCondition() : agent(query.agent()),
        query.status().map(Conversations::endedAs).orElseGet(DSL::noCondition),
        query.failed().map(Conversations::failed).orElseGet(DSL::noCondition),
        query.recorded().map(Conversations::recorded).orElseGet(DSL::noCondition),
        query
            .start()
            .map(at -> TRANSCRIPT_CONVERSATION.STARTED_AT.ge(Times.of(at)))
            .orElseGet(DSL::noCondition),
        query
            .end()
            .map(at -> TRANSCRIPT_CONVERSATION.STARTED_AT.lt(Times.of(at)))
            .orElseGet(DSL::noCondition));
  }

  /** What is held by deleted providers alone is gone, even where it still waits to be purged. */
  private static Condition visible() {
    return exists(
        sql.selectOne()
            .from(LLM_PROVIDER)
            .where(
                LLM_PROVIDER.UID.eq(DSL.any(TRANSCRIPT_CONVERSATION.PROVIDER_UIDS)),
                LLM_PROVIDER.DELETED_AT.isNull()));
  }

  /** Each part of it has an index: a search is as fast as a list. */
  private static Condition search(String text) {
    return DSL.or(
        TRANSCRIPT_CONVERSATION.CONVERSATION_ID.like(text.replaceAll("([\\\\%_])", "\\\\$1") + "%"),
        agent(text),
        has(TRANSCRIPT_CONVERSATION.USERS, text),
        has(TRANSCRIPT_CONVERSATION.MODELS, text));
  }

  private static Condition has(Field<String[]> names, String name) {
    return names.contains(new String[] {name});
  }

  private static Condition agent(String name) {
    return has(TRANSCRIPT_CONVERSATION.AGENTS, UsageQuery.attribution(name));
  }

  /** A name that no provider has narrows the list to nothing. */
  private static Condition provider(String name) {
    return DSL.arrayOverlap(
        TRANSCRIPT_CONVERSATION.PROVIDER_UIDS,
        DSL.array(
            sql.select(LLM_PROVIDER.UID)
                .from(LLM_PROVIDER)
                .where(LLM_PROVIDER.NAME.eq(name), LLM_PROVIDER.DELETED_AT.isNull())));
  }

  /** In the text, so that the index of those that failed helps. */
  private static Condition endedAs(Outcome outcome) {
    Condition last = TRANSCRIPT_CONVERSATION.LAST_OUTCOME.eq(inline(outcome.name()));
    return outcome == Outcome.OK ? last : last.and(failed(true));
  }

  private static Condition failed(boolean some) {
    return some
        ? TRANSCRIPT_CONVERSATION.FAILED_TURNS.gt(inline(0L))
        : TRANSCRIPT_CONVERSATION.FAILED_TURNS.eq(inline(0L));
  }

  private static Condition recorded(boolean some) {
    Field<Long> kept =
        TRANSCRIPT_CONVERSATION.INPUT_TURNS.plus(TRANSCRIPT_CONVERSATION.OUTPUT_TURNS);
    return some ? kept.gt(inline(0L)) : kept.eq(inline(0L));
  }
}

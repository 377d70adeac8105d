package dev.adp.gateway;

/**
 * What a call of some path is.
 *
 * @param upstreamPath below the base URL of the provider
 * @param wire how the answer tells its usage
 * @param generates whether a model works for it, so that usage is owed
 * @param streams whether the path alone says that the answer is a stream
 * @param takesStreamOptions whether a stream of it can be asked for its usage
 * @param shown what it shows of work that was ordered earlier
 */
record Target(
    String upstreamPath,
    ModelIn model,
    Wire wire,
    boolean generates,
    boolean streams,
    boolean takesStreamOptions,
    Shown shown) {

  /** A call that makes the model in its body work. */
  static Target generating(String upstreamPath, Wire wire) {
    return new Target(
        upstreamPath, new ModelIn.Body(), wire, true, false, false, new Shown.Nothing());
  }

  /** A call that no model works for. */
  static Target idle(String upstreamPath, Wire wire) {
    return showing(upstreamPath, wire, new Shown.Nothing());
  }

  /** A call that reads what was ordered earlier. */
  static Target showing(String upstreamPath, Wire wire, Shown shown) {
    return new Target(upstreamPath, new ModelIn.None(), wire, false, false, false, shown);
  }

  /** A call of a path that is not known. */
  static Target unknown(String upstreamPath, Wire wire) {
    return idle(upstreamPath, wire).with(new ModelIn.Uncertain());
  }

  /** The same, with a model that the path names. */
  Target ofModel(String name) {
    return new Target(
        upstreamPath, new ModelIn.Path(name), wire, generates, streams, takesStreamOptions, shown);
  }

  /** The same with the model in another place. */
  Target with(ModelIn place) {
    return new Target(upstreamPath, place, wire, generates, streams, takesStreamOptions, shown);
  }

  /** Whether its answer may tell of work that somebody is charged for. */
  boolean mayTellUsage() {
    return generates || !(shown instanceof Shown.Nothing) || model instanceof ModelIn.Uncertain;
  }

  /** The same as a stream. */
  Target streaming() {
    return new Target(upstreamPath, model, wire, generates, true, takesStreamOptions, shown);
  }

  /** The same, where {@code stream_options} are understood. */
  Target withStreamOptions() {
    return new Target(upstreamPath, model, wire, generates, streams, true, shown);
  }
}

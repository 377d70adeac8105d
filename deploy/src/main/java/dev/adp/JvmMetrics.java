package dev.adp;

import dev.adp.http.MetricsText;
import dev.adp.http.MetricsText.Measure;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/** The virtual machine's own state, under the names that dashboards know. */
final class JvmMetrics {
  private static final double MILLIS = 1_000;

  private JvmMetrics() {}

  static void write(MetricsText text) {
    var memory = ManagementFactory.getMemoryMXBean();
    text.family("jvm_memory_used_bytes", Measure.GAUGE, "Memory in use.");
    used(text, "heap", memory.getHeapMemoryUsage());
    used(text, "nonheap", memory.getNonHeapMemoryUsage());
    text.single(
        "jvm_memory_max_bytes",
        Measure.GAUGE,
        "The most that the heap may take.",
        memory.getHeapMemoryUsage().getMax());
    text.family("jvm_buffer_pool_used_bytes", Measure.GAUGE, "Memory of buffers outside the heap.");
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      text.sample("jvm_buffer_pool_used_bytes", pool.getMemoryUsed(), "pool", pool.getName());
    }
    collections(text);
    text.single(
        "jvm_threads_current",
        Measure.GAUGE,
        "Platform threads.",
        ManagementFactory.getThreadMXBean().getThreadCount());
    text.single(
        "process_uptime_seconds",
        Measure.GAUGE,
        "Time since the start.",
        ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS);
  }

  private static void used(MetricsText text, String area, MemoryUsage usage) {
    text.sample("jvm_memory_used_bytes", usage.getUsed(), "area", area);
  }

  private static void collections(MetricsText text) {
    List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    text.family("jvm_gc_collections_total", Measure.COUNTER, "Garbage collections.");
    collectors.forEach(
        gc -> text.sample("jvm_gc_collections_total", gc.getCollectionCount(), "gc", gc.getName()));
    text.family("jvm_gc_seconds_total", Measure.COUNTER, "Time spent in garbage collections.");
    collectors.forEach(
        gc ->
            text.sample(
                "jvm_gc_seconds_total", gc.getCollectionTime() / MILLIS, "gc", gc.getName()));
  }
}

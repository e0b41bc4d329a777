#define KERNELMEM_TRACE
using System.Collections.Generic;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

[TestClass]
[DoNotParallelize]
public sealed class TraceSinkTests
{
    private static readonly List<TraceEvent> Seen = [];

    [TestMethod]
    public unsafe void Events_reach_the_handler_in_order_as_long_as_there_is_one()
    {
        Seen.Clear();
        TraceSink.Emit(TraceEventKind.PageFault, 1, 2);
        TraceSink.Handler = &Record;
        TraceSink.Emit(TraceEventKind.PageMapped, 3, 4);
        TraceSink.Emit(TraceEventKind.FirstOfKernel, 5, 6);
        Assert.AreNotEqual(0, (nint)TraceSink.Handler);
        TraceSink.Handler = null;
        TraceSink.Emit(TraceEventKind.PageUnmapped, 7, 8);

        Assert.HasCount(2, Seen);
        Assert.AreEqual((TraceEventKind.PageMapped, 3UL, 4UL), (Seen[0].Kind, Seen[0].First, Seen[0].Second));
        Assert.AreEqual((TraceEventKind.FirstOfKernel, 5UL, 6UL), (Seen[1].Kind, Seen[1].First, Seen[1].Second));
    }

    [TestMethod]
    public unsafe void Without_the_symbol_the_call_is_not_compiled()
    {
        Seen.Clear();
        TraceSink.Handler = &Record;
        TraceSinkUntraced.Emit();
        TraceSink.Handler = null;
        Assert.IsEmpty(Seen);
    }

    private static void Record(TraceEvent traceEvent) => Seen.Add(traceEvent);
}

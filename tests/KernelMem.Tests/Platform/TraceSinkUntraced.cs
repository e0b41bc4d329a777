using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>Source in which tracing is off, as it ordinarily is.</summary>
internal static class TraceSinkUntraced
{
    public static void Emit() => TraceSink.Emit(TraceEventKind.PageFault, 1, 2);
}

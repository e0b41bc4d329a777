using System.Diagnostics;

namespace KernelMem.Platform;

/// <summary>
/// Where trace events go. In an ordinary build the calls to <see cref="Emit"/> are not even compiled; define
/// <c>KERNELMEM_TRACE</c> for the source that shall be traced to have them.
/// </summary>
public static unsafe class TraceSink
{
    private static nuint s_handler;

    /// <summary>
    /// What takes the events; null (the default) drops them. It is called with whatever locks the traced code holds, in any
    /// context, interrupts included: it must not wait, allocate, or call back.
    /// </summary>
    public static delegate*<TraceEvent, void> Handler
    {
        get => (delegate*<TraceEvent, void>)Atomic.Load(in s_handler);
        set => Atomic.Store(ref s_handler, (nuint)value);
    }

    /// <summary>Tells of an event.</summary>
    [Conditional("KERNELMEM_TRACE")]
    public static void Emit(TraceEventKind kind, ulong first, ulong second)
    {
        delegate*<TraceEvent, void> handler = Handler;
        if (handler != null)
        {
            // SAFETY: the pointer was taken from a static method by whoever installed it, and methods are never unloaded.
            handler(new TraceEvent(kind, first, second));
        }
    }
}

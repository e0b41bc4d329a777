using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Platform;

/// <summary>
/// What the library is compiled with here in place of its own <c>Atomic</c>: the same members, each of which asks the scheduler.
/// Outside of an exploration (a program's set-up, its checks) they act at once.
/// </summary>
public static class Atomic
{
    public static void Fence() => Execution.Fence();

    public static uint Load(ref readonly uint location) => Execution.Load(in location);

    public static void Store(ref uint location, uint value) => Execution.Store(ref location, value);

    public static uint CompareExchange(ref uint location, uint expected, uint desired) =>
        Execution.CompareExchange(ref location, expected, desired);

    public static bool TryCompareExchange(ref uint location, uint expected, uint desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    public static uint Exchange(ref uint location, uint value) => Execution.Modify(ref location, Operation.Exchange, value);

    public static uint FetchAdd(ref uint location, uint value) => Execution.Modify(ref location, Operation.Add, value);

    public static uint FetchOr(ref uint location, uint bits) => Execution.Modify(ref location, Operation.Or, bits);

    public static uint FetchAnd(ref uint location, uint bits) => Execution.Modify(ref location, Operation.And, bits);

    public static ulong Load(ref readonly ulong location) => Execution.Load(in location);

    public static void Store(ref ulong location, ulong value) => Execution.Store(ref location, value);

    public static ulong CompareExchange(ref ulong location, ulong expected, ulong desired) =>
        Execution.CompareExchange(ref location, expected, desired);

    public static bool TryCompareExchange(ref ulong location, ulong expected, ulong desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    public static ulong Exchange(ref ulong location, ulong value) => Execution.Modify(ref location, Operation.Exchange, value);

    public static ulong FetchAdd(ref ulong location, ulong value) => Execution.Modify(ref location, Operation.Add, value);

    public static ulong FetchOr(ref ulong location, ulong bits) => Execution.Modify(ref location, Operation.Or, bits);

    public static ulong FetchAnd(ref ulong location, ulong bits) => Execution.Modify(ref location, Operation.And, bits);

    public static int Load(ref readonly int location) => Execution.Load(in location);

    public static void Store(ref int location, int value) => Execution.Store(ref location, value);

    public static int CompareExchange(ref int location, int expected, int desired) =>
        Execution.CompareExchange(ref location, expected, desired);

    public static bool TryCompareExchange(ref int location, int expected, int desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    public static int Exchange(ref int location, int value) => Execution.Modify(ref location, Operation.Exchange, value);

    public static int FetchAdd(ref int location, int value) => Execution.Modify(ref location, Operation.Add, value);

    public static int FetchOr(ref int location, int bits) => Execution.Modify(ref location, Operation.Or, bits);

    public static int FetchAnd(ref int location, int bits) => Execution.Modify(ref location, Operation.And, bits);

    public static nuint Load(ref readonly nuint location) => Execution.Load(in location);

    public static void Store(ref nuint location, nuint value) => Execution.Store(ref location, value);

    public static nuint CompareExchange(ref nuint location, nuint expected, nuint desired) =>
        Execution.CompareExchange(ref location, expected, desired);

    public static bool TryCompareExchange(ref nuint location, nuint expected, nuint desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    public static nuint Exchange(ref nuint location, nuint value) => Execution.Modify(ref location, Operation.Exchange, value);

    public static nuint FetchAdd(ref nuint location, nuint value) => Execution.Modify(ref location, Operation.Add, value);

    public static nuint FetchOr(ref nuint location, nuint bits) => Execution.Modify(ref location, Operation.Or, bits);

    public static nuint FetchAnd(ref nuint location, nuint bits) => Execution.Modify(ref location, Operation.And, bits);

    public static ushort Load(ref readonly ushort location) => Execution.Load(in location);

    public static void Store(ref ushort location, ushort value) => Execution.Store(ref location, value);

    public static ushort CompareExchange(ref ushort location, ushort expected, ushort desired) =>
        Execution.CompareExchange(ref location, expected, desired);

    public static bool TryCompareExchange(ref ushort location, ushort expected, ushort desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    public static ushort Exchange(ref ushort location, ushort value) => Execution.Modify(ref location, Operation.Exchange, value);

    public static ushort FetchAdd(ref ushort location, ushort value) => Execution.Modify(ref location, Operation.Add, value);

    public static ushort FetchOr(ref ushort location, ushort bits) => Execution.Modify(ref location, Operation.Or, bits);

    public static ushort FetchAnd(ref ushort location, ushort bits) => Execution.Modify(ref location, Operation.And, bits);

    public static byte Load(ref readonly byte location) => Execution.Load(in location);

    public static void Store(ref byte location, byte value) => Execution.Store(ref location, value);

    public static byte CompareExchange(ref byte location, byte expected, byte desired) =>
        Execution.CompareExchange(ref location, expected, desired);

    public static bool TryCompareExchange(ref byte location, byte expected, byte desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    public static byte Exchange(ref byte location, byte value) => Execution.Modify(ref location, Operation.Exchange, value);

    public static byte FetchAdd(ref byte location, byte value) => Execution.Modify(ref location, Operation.Add, value);

    public static byte FetchOr(ref byte location, byte bits) => Execution.Modify(ref location, Operation.Or, bits);

    public static byte FetchAnd(ref byte location, byte bits) => Execution.Modify(ref location, Operation.And, bits);

    public static bool Load(ref readonly bool location) => Execution.Load(in location);

    public static void Store(ref bool location, bool value) => Execution.Store(ref location, value);
}

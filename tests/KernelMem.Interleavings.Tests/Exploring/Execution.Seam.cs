using System;
using System.Runtime.CompilerServices;

namespace KernelMem.Interleavings.Tests.Exploring;

internal enum Operation
{
    Exchange,
    Add,
    Or,
    And,
}

/// <content>What the seam calls. Outside of a run, accesses act at once.</content>
internal sealed unsafe partial class Execution
{
    public static T Load<T>(ref readonly T location)
        where T : unmanaged
    {
        if (!IsRunning(out Execution execution))
            return location;

        ulong value = execution.LoadBits(AddressOf(in location), sizeof(T));
        execution.ShowStores();
        return FromBits<T>(value);
    }

    public static void Store<T>(ref T location, T value)
        where T : unmanaged
    {
        if (!IsRunning(out Execution execution))
        {
            location = value;
            return;
        }

        execution.StoreBits(AddressOf(in location), sizeof(T), ToBits(value));
        execution.ShowStores();
    }

    public static T CompareExchange<T>(ref T location, T expected, T desired)
        where T : unmanaged
    {
        nuint address = AddressOf(in location);
        if (IsRunning(out Execution execution))
        {
            ulong seen = execution.CompareExchangeBits(address, sizeof(T), ToBits(expected), ToBits(desired));
            execution.ShowStores();
            return FromBits<T>(seen);
        }

        ulong before = ReadMemory(address, sizeof(T));
        if (before == ToBits(expected))
            location = desired;

        return FromBits<T>(before);
    }

    public static T Modify<T>(ref T location, Operation operation, T operand)
        where T : unmanaged
    {
        nuint address = AddressOf(in location);
        if (IsRunning(out Execution execution))
        {
            ulong seen = execution.ModifyBits(address, sizeof(T), operation, ToBits(operand));
            execution.ShowStores();
            return FromBits<T>(seen);
        }

        ulong before = ReadMemory(address, sizeof(T));
        WriteMemory(address, sizeof(T), Apply(operation, before, ToBits(operand)));
        return FromBits<T>(before);
    }

    public static void Fence()
    {
        if (!IsRunning(out Execution execution))
            return;

        Cpu cpu = execution._running;
        execution.CountStep(cpu);
        if (execution._bounds.Fault != Fault.NoFences)
            execution.DrainVisibly(cpu);

        cpu.History = Hash.Mix(cpu.History, 'F');
        execution.Log(cpu, "fences");
        execution.ShowStores();
    }

    /// <summary>
    /// All CPUs pass a barrier between the call and the return. Here they do at one moment: where they do at several, those that are early
    /// may do more in between, as they may do here afterwards.
    /// </summary>
    public static void FenceAll()
    {
        if (!IsRunning(out Execution execution))
            return;

        Cpu cpu = execution._running;
        execution.CountStep(cpu);
        if (execution._bounds.Fault != Fault.NoFences)
        {
            if (Array.Exists(execution._cpus, execution.HoldsShared))
                execution.Point(cpu, switching: true);

            ulong purpose = execution.EnterPurpose('A');
            foreach (Cpu other in execution._cpus)
                execution.Drain(other);

            execution._purpose = purpose;
        }

        cpu.History = Hash.Mix(cpu.History, 'A');
        execution.Log(cpu, "fences all CPUs");
        execution.ShowStores();
    }

    /// <summary>
    /// Whether the thread runs code of a program: then memory becomes what all CPUs see, until <see cref="ShowStores"/>.
    /// </summary>
    private static bool IsRunning(out Execution execution)
    {
        execution = t_current!;
        if (execution is null || execution._abandoned)
            return false;

        execution.HideStores();
        return true;
    }

    private void HideStores()
    {
        if (!_running.Buffer.Hide())
            throw Fail($"{_running.Title}: wrote plainly to what it had stored through the seam just before");
    }

    /// <summary>Code of the CPU goes on: it sees its own stores.</summary>
    private void ShowStores() => _running.Buffer.Show();

    private static ulong Apply(Operation operation, ulong before, ulong operand) => operation switch
    {
        Operation.Exchange => operand,
        Operation.Add => unchecked(before + operand),
        Operation.Or => before | operand,
        _ => before & operand,
    };

    private static nuint AddressOf<T>(ref readonly T location)
        where T : unmanaged
    {
        // SAFETY: the library's shared memory is native memory or a static, which do not move.
        return (nuint)Unsafe.AsPointer(ref Unsafe.AsRef(in location));
    }

    // SAFETY of these: a value of at most eight bytes, and memory that the program under test was about to access itself.
    private static ulong ToBits<T>(T value)
        where T : unmanaged
    {
        ulong bits = 0;
        *(T*)&bits = value;
        return bits;
    }

    private static T FromBits<T>(ulong bits)
        where T : unmanaged => *(T*)&bits;

    private static ulong ReadMemory(nuint address, int size)
    {
        ulong bits = 0;
        Unsafe.CopyBlockUnaligned(&bits, (void*)address, (uint)size);
        return bits;
    }

    private static void WriteMemory(nuint address, int size, ulong value) => Unsafe.CopyBlockUnaligned((void*)address, &value, (uint)size);
}

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

/// <content>The accesses of the seam, and store buffers.</content>
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

    private ulong LoadBits(nuint address, int size)
    {
        Cpu cpu = Arrive(address, size);
        if (IsPoint(Locations.Touch(address >> 3, cpu.Agent, 0)))
            Point(cpu, switching: true);

        // Even if the CPU would read a store of its own: that and another's may both have reached memory before.
        SettleOthers(cpu, address, size);
        ulong value = ReadMemory(address, size);
        bool own = cpu.Buffer.Forward(address, size, ref value);

        if (_log is not null)
            LogAccess(cpu, own ? "reads back" : "reads", address, size, $"= 0x{value:X}");
        NoteRead(cpu, address, value, own);
        PointBehind(cpu);
        return value;
    }

    private void StoreBits(nuint address, int size, ulong value)
    {
        Cpu cpu = Arrive(address, size);
        bool isPoint = IsPoint(Locations.Touch(address >> 3, 0, cpu.Agent));
        if (!_bounds.StoreBuffers)
        {
            if (isPoint)
                Point(cpu, switching: true);

            if (_log is not null)
                LogAccess(cpu, "writes", address, size, $"= 0x{value:X}");
            NoteWrite(cpu, address, Hash.Mix(cpu.History, value), ofCpu: true);
            Commit(address, size, value);
            return;
        }

        // Only interrupts of this CPU can see when it enters the buffer; what others see is when it leaves.
        if (isPoint)
        {
            Point(cpu, switching: false);
            cpu.IsFresh = false;
        }

        cpu.History = Hash.Mix(Hash.Mix(cpu.History, address), value);
        cpu.Buffer.Add(address, size, value, cpu.History);
        if (_log is not null)
            LogAccess(cpu, "stores", address, size, $"= 0x{value:X} (buffered)");
    }

    private ulong CompareExchangeBits(nuint address, int size, ulong expected, ulong desired)
    {
        if (_bounds.Fault == Fault.SplitLocked)
        {
            ulong read = LoadBits(address, size);
            if (read == expected)
                StoreBits(address, size, desired);

            return read;
        }

        Cpu cpu = ArriveLocked(address, size);
        ulong before = ReadMemory(address, size);
        if (before != expected)
        {
            if (_log is not null)
                LogAccess(cpu, "fails to exchange", address, size, $"= 0x{before:X}, not 0x{expected:X}");
            NoteRead(cpu, address, before, own: false);
            PointBehind(cpu);
            return _bounds.Fault == Fault.FailedExchangeSaysYes ? expected : before;
        }

        if (_log is not null)
            LogAccess(cpu, "exchanges", address, size, $": 0x{before:X} -> 0x{desired:X}");
        WriteLocked(cpu, address, size, desired);
        PointBehind(cpu);
        return before;
    }

    private ulong ModifyBits(nuint address, int size, Operation operation, ulong operand)
    {
        if (_bounds.Fault == Fault.SplitLocked)
        {
            ulong read = LoadBits(address, size);
            StoreBits(address, size, Apply(operation, read, operand));
            return read;
        }

        Cpu cpu = ArriveLocked(address, size);
        ulong before = ReadMemory(address, size);
        ulong after = Apply(operation, before, operand);
        if (_log is not null)
            LogAccess(cpu, "modifies", address, size, $"({operation}): 0x{before:X} -> 0x{after & (ulong.MaxValue >> (64 - (size * 8))):X}");
        WriteLocked(cpu, address, size, after);
        PointBehind(cpu);
        return before;
    }

    private void WriteLocked(Cpu cpu, nuint address, int size, ulong value)
    {
        ref Location location = ref Locations.Touch(address >> 3, cpu.Agent, cpu.Agent);
        cpu.Reads.Add(address >> 3, location.Version);
        ulong cause = Hash.Mix(cpu.History, _bounds.ByValue ? ReadMemory(address, size) : value);
        NoteWrite(cpu, address, cause, ofCpu: true);
        Commit(address, size, value);
    }

    private Cpu Arrive(nuint address, int size)
    {
        Cpu cpu = _running;
        CountStep(cpu);
        if (address % (nuint)size != 0)
            throw new InvalidOperationException($"{_program.NameOf(address, size)} is not aligned.");

        return cpu;
    }

    /// <summary>A locked instruction: all of the CPU's stores reach memory first.</summary>
    private Cpu ArriveLocked(nuint address, int size)
    {
        Cpu cpu = Arrive(address, size);
        if (IsPoint(Locations.Touch(address >> 3, cpu.Agent, 0)) || HoldsShared(cpu))
            Point(cpu, switching: true);

        Drain(cpu);
        SettleOthers(cpu, address, size);
        return cpu;
    }

    private void PointBehind(Cpu cpu)
    {
        // Which plain data is shared cannot be seen, so that each access counts.
        if (_bounds.PlainData)
        {
            cpu.History = Hash.Mix(cpu.History, 'b');
            cpu.IsFresh = false;
            Point(cpu, switching: true);
        }
    }

    private bool IsPoint(in Location location) => location.IsShared || _schedule.WantsEveryPoint;

    private bool HoldsShared(Cpu cpu) => !cpu.Buffer.IsEmpty && (_schedule.WantsEveryPoint || cpu.Buffer.Any(_isShared));

    /// <summary>The buffer is emptied, where others may see it half-empty.</summary>
    private void DrainVisibly(Cpu cpu)
    {
        if (HoldsShared(cpu))
            Point(cpu, switching: true);

        Drain(cpu);
    }

    private void Drain(Cpu cpu)
    {
        while (!cpu.Buffer.IsEmpty)
            FlushOldest(cpu);
    }

    private void DrainAll()
    {
        EnterPurpose('E');
        foreach (Cpu cpu in _cpus)
            Drain(cpu);
    }

    /// <summary>
    /// Before an access: stores of other CPUs to the same bytes may reach memory now. (Those to other bytes make no difference yet, but
    /// for being on the way.)
    /// </summary>
    private void SettleOthers(Cpu cpu, nuint address, int size)
    {
        while (true)
        {
            _count = 0;
            foreach (Cpu other in _cpus)
            {
                if (other != cpu && !other.IsFlushing && other.Buffer.TryFindFirst(address, size, out _))
                {
                    if (_count == 0)
                        List(ChoiceKind.Proceed, 0);
                    List(ChoiceKind.Flush, other.Number);
                }
            }

            if (_count == 0)
                return;

            Choice choice = ChooseFlush(Hash.Mix(address, (ulong)size));
            if (choice.Kind == ChoiceKind.Proceed)
                return;

            Cpu owner = _cpus[choice.Cpu];
            if (owner.Buffer.TryFindFirst(address, size, out uint number))
                FlushThrough(owner, number);
        }
    }

    private void FlushThrough(Cpu cpu, uint number)
    {
        ulong purpose = EnterPurpose(Hash.Mix((ulong)cpu.Number, number));
        while (!cpu.Buffer.IsEmpty && cpu.Buffer.Oldest.Number <= number)
            FlushOldest(cpu);

        _purpose = purpose;
    }

    private void FlushOldest(Cpu cpu)
    {
        BufferedStore store = cpu.Buffer.Oldest;
        cpu.IsFlushing = true;
        ulong purpose = EnterPurpose((ulong)cpu.Number + 'F');
        SettleOthers(cpu, store.Address, store.Size);
        _purpose = purpose;
        cpu.IsFlushing = false;
        cpu.Buffer.RemoveOldest();
        if (_log is not null)
            LogAccess(cpu, "'s store reaches", store.Address, store.Size, $"= 0x{store.Value:X}");
        NoteWrite(cpu, store.Address, store.Hash, ofCpu: false);
        Commit(store.Address, store.Size, store.Value);
    }

    private void NoteRead(Cpu cpu, nuint address, ulong value, bool own)
    {
        ref Location location = ref Locations.Find(address >> 3);
        ulong seen = _bounds.ByValue ? value : own ? 1 : location.WriteHash;
        cpu.History = Hash.Mix(Hash.Mix(cpu.History, address), seen);
        if (!own)
            location.ReadHash = unchecked(location.ReadHash + Hash.Mix(cpu.History, 'r'));

        if (cpu.Reads.Add(address >> 3, location.Version) > MaxRepeats)
            Wait(cpu);
    }

    private void NoteWrite(Cpu cpu, nuint address, ulong cause, bool ofCpu)
    {
        nuint granule = address >> 3;
        ref Location location = ref Locations.Find(granule);
        ulong hash = Hash.Mix(cause, address);
        if (!_bounds.ByValue)
            hash = Hash.Mix(Hash.Mix(hash, location.WriteHash), location.ReadHash);

        location.WriteHash = hash;
        location.ReadHash = 0;
        location.Version++;
        if (ofCpu)
            cpu.History = hash;
        else if (!_bounds.ByValue)
            cpu.BufferHistory = Hash.Mix(cpu.BufferHistory, hash);

        cpu.Reads.Forgive(granule, location.Version);
        foreach (Cpu other in _cpus)
        {
            other.VainLooks = 0;
            if (other != cpu && other.IsWaiting && other.Reads.Contains(granule))
                other.IsWaiting = false;
        }
    }

    /// <summary>Writes memory, and keeps <see cref="_memory"/> at what it stands for.</summary>
    private void Commit(nuint address, int size, ulong value)
    {
        nuint granule = address >> 3;
        ulong before = ReadMemory(granule << 3, 8);
        WriteMemory(address, size, value);
        ulong after = ReadMemory(granule << 3, 8);
        _memory = unchecked(_memory + Hash.Mix(after, granule) - Hash.Mix(before, granule));
    }

    private void LogAccess(Cpu cpu, string verb, nuint address, int size, string rest) =>
        Log(cpu, $"{verb} {_program.NameOf(address, size)} {rest}");

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

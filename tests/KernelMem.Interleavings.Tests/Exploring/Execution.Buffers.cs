namespace KernelMem.Interleavings.Tests.Exploring;

/// <content>Stores on their way to memory.</content>
internal sealed partial class Execution
{
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
}

using System;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <content>The points at which something else may happen, and what.</content>
internal sealed partial class Execution
{
    private Choice[] _choices = new Choice[32];
    private int _count;

    /// <summary>
    /// Why stores are on their way to memory: what the run will do next is a function of this, beside what the CPUs have done.
    /// </summary>
    private ulong _purpose;

    /// <summary>Stands for what memory holds that was written in this run.</summary>
    private ulong _memory;

    /// <summary>
    /// Before an access that others could see: other CPUs may go first, and interrupts may enter.
    /// </summary>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="switching">Whether other CPUs may; otherwise only its interrupts.</param>
    private void Point(Cpu cpu, bool switching)
    {
        // A CPU that has just been started need not give way at once: then another would have been started.
        bool mayLeave = switching && !cpu.IsFresh;
        if (switching)
            cpu.IsFresh = false;

        if (mayLeave || HasInterrupt(cpu))
            LetOthers(cpu, mayLeave);
    }

    private void OfferInterrupts(Cpu cpu)
    {
        if (HasInterrupt(cpu))
            LetOthers(cpu, switching: false);
    }

    /// <summary>Lets others go on until it is decided that this CPU does.</summary>
    private void LetOthers(Cpu cpu, bool switching)
    {
        while (true)
        {
            Choice choice = Decide(cpu, switching);
            if (choice.Cpu != cpu.Number)
            {
                Leave(cpu, choice);
                choice = cpu.Action;
            }

            if (choice.Kind != ChoiceKind.Enter)
                return;

            RunInterrupt(cpu, choice.Detail);
            switching = true;
        }
    }

    /// <summary>Gives the processor to another CPU and waits until it comes back.</summary>
    private void Leave(Cpu cpu, Choice choice)
    {
        Carrier self = cpu.Carrier!;
        Cpu next = _cpus[choice.Cpu];
        next.Action = choice;
        Carrier? other = next.Carrier;
        if (other is null)
        {
            other = _carriers.TakeIdle();
            other.Job = next;
        }

        other.PassBaton();
        self.AwaitBaton();
        _running = cpu;
        if (_abandoned)
            throw new AbandonedException();
    }

    /// <summary>Decides which CPU goes on, and with what.</summary>
    /// <param name="cpu">The one that ran; null at the start.</param>
    /// <param name="switching">Whether another may.</param>
    private Choice Decide(Cpu? cpu, bool switching)
    {
        while (true)
        {
            bool ready = cpu is { IsReady: true };
            _count = 0;
            ListFor(cpu, ready, switching);
            if (_count == 0)
            {
                FindWayOut();
                continue;
            }

            int index = _count == 1 ? 0 : _schedule.Choose(_step, _choices.AsSpan(0, _count), State(cpu, switching), _preemptions, ready);
            Choice choice = _choices[index];
            if (index != 0)
                Record(choice);

            if (ready && choice.Cpu != cpu!.Number)
                _preemptions++;

            if (choice.Kind == ChoiceKind.Wake)
            {
                ulong purpose = EnterPurpose((ulong)choice.Cpu + 'W');
                Wake(_cpus[choice.Cpu], _cpus[choice.Detail]);
                _purpose = purpose;
            }

            return choice;
        }
    }

    private void ListFor(Cpu? cpu, bool ready, bool switching)
    {
        if (Array.TrueForAll(_cpus, one => one.IsFinished && one.Depth == 0))
            List(ChoiceKind.End, 0);
        if (cpu is not null)
            ListCpu(cpu);
        if (!switching)
            return;

        int before = _count;
        foreach (Cpu other in _cpus)
        {
            if (other != cpu)
                ListCpu(other);
        }

        if (ready && _preemptions >= _schedule.Preemptions && _count != before)
        {
            _count = before;
            WasCut = true;
        }
    }

    private void ListCpu(Cpu cpu)
    {
        if (cpu.IsReady || !cpu.IsStarted)
            List(ChoiceKind.Go, cpu.Number);

        if (cpu.IsWaiting)
        {
            foreach (Cpu other in _cpus)
            {
                if (other != cpu && FindAwaited(cpu, other, out _))
                    List(ChoiceKind.Wake, cpu.Number, other.Number);
            }
        }

        for (int index = 0; index < _taken.Length; index++)
        {
            if (CanEnter(cpu, index))
                List(ChoiceKind.Enter, cpu.Number, index);
        }
    }

    private bool HasInterrupt(Cpu cpu)
    {
        for (int index = 0; index < _taken.Length; index++)
        {
            if (CanEnter(cpu, index))
                return true;
        }

        return false;
    }

    private bool CanEnter(Cpu cpu, int index)
    {
        if (_taken[index] || _program.Interrupts[index].Cpu != cpu.Number || !cpu.IsStarted)
            return false;

        return _program.Interrupts[index].IsMaskable ? cpu.InterruptsEnabled : !cpu.IsInNonMaskable;
    }

    private void RunInterrupt(Cpu cpu, int index)
    {
        Interrupt interrupt = _program.Interrupts[index];
        _taken[index] = true;
        CountStep(cpu);
        ulong purpose = EnterPurpose((ulong)index + 'I');
        Drain(cpu);
        _purpose = purpose;
        cpu.History = Hash.Mix(Hash.Mix(cpu.History, 'I'), (ulong)index);
        cpu.EnterInterrupt(1U << (_cpus.Length + index), interrupt);
        Log(cpu, "enters");
        ShowStores();
        interrupt.Body();
        HideStores();
        CountStep(cpu);
        DrainVisibly(cpu);
        Log(cpu, "returns");
        cpu.LeaveInterrupt();
        cpu.History = Hash.Mix(cpu.History, 'R');
        if (cpu.IsWaiting && cpu.Reads.IsOutdated(Locations))
            cpu.IsWaiting = false;
    }

    /// <summary>Nobody can go on: stores that still wait reach memory; else those that wait look again; else it is a deadlock.</summary>
    private void FindWayOut()
    {
        foreach (Cpu cpu in _cpus)
        {
            if (!cpu.Buffer.IsEmpty)
                List(ChoiceKind.Flush, cpu.Number);
        }

        if (_count != 0)
        {
            ulong purpose = EnterPurpose('O');
            FlushOldest(_cpus[ChooseFlush(0).Cpu]);
            _purpose = purpose;
            return;
        }

        foreach (Cpu cpu in _cpus)
        {
            // Loops that give up after some looks do.
            if (cpu.IsWaiting && cpu.VainLooks < MaxVainLooks)
            {
                cpu.VainLooks++;
                cpu.IsWaiting = false;
                return;
            }
        }

        string waiting = string.Join("; ", Array.ConvertAll(Array.FindAll(_cpus, cpu => cpu.IsWaiting), Waiting));
        throw Fail($"deadlock: {waiting}");
    }

    private string Waiting(Cpu cpu)
    {
        string[] places = new string[cpu.Reads.Count];
        for (int index = 0; index < places.Length; index++)
            places[index] = _program.NameOf(cpu.Reads[index] << 3, 1);

        return $"{cpu.Title} waits for a change of {string.Join(", ", places)}";
    }

    /// <returns>The purpose so far, to be restored.</returns>
    private ulong EnterPurpose(ulong purpose)
    {
        ulong before = _purpose;
        _purpose = Hash.Mix(before, purpose);
        return before;
    }

    private Choice ChooseFlush(ulong access)
    {
        if (_count == 1)
            return _choices[0];

        ulong state = Hash.Mix(Hash.Mix(State(_running, switching: false), _purpose), access) | 1;
        Choice choice = _choices[_schedule.Choose(_step, _choices.AsSpan(0, _count), state, _preemptions, goesOn: false)];
        Record(choice);
        return choice;
    }

    private void List(ChoiceKind kind, int cpu, int detail = 0)
    {
        if (_count == _choices.Length)
            Array.Resize(ref _choices, _count * 2);

        _choices[_count++] = new Choice(kind, cpu, detail);
    }

    private void Record(Choice choice) => _decisions.Add((_step, choice));

    /// <summary>
    /// Stands for all that the rest of the run depends on: what each CPU did and what it depended on (and so what memory holds), and
    /// who runs.
    /// </summary>
    private ulong State(Cpu? cpu, bool switching)
    {
        ulong state = Hash.Mix((ulong)(cpu?.Number ?? -1), switching ? 1U : 0);
        if (_bounds.ByValue)
            state = Hash.Mix(state, _memory);

        foreach (Cpu one in _cpus)
        {
            uint flags = (one.IsStarted ? 1U : 0) | (one.IsFinished ? 2U : 0) | (one.IsWaiting ? 4U : 0);
            flags |= (one.InterruptsEnabled ? 8U : 0) | ((uint)one.Depth << 8);
            state = Hash.Mix(state, one.History);
            state = Hash.Mix(state, _bounds.ByValue ? one.Buffer.HashOfContents() : one.BufferHistory);
            state = Hash.Mix(state, flags);
        }

        return state | 1;
    }
}

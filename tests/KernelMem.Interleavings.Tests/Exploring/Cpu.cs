using System;
using System.Collections.Generic;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>A CPU of a run.</summary>
internal sealed class Cpu(int number, Action body)
{
    private readonly Stack<Context> _interrupted = new();
    private readonly Stack<Context> _spare = new();
    private Context _context = new();

    public int Number { get; } = number;

    public Action Body { get; } = body;

    public StoreBuffer Buffer { get; } = new();

    /// <summary>Stands for all that the CPU did and what each read depended on: its local state is a function of it.</summary>
    public ulong History { get; set; }

    /// <summary>The same for the stores that left its buffer.</summary>
    public ulong BufferHistory { get; set; }

    public bool IsStarted { get; set; }

    public bool IsFinished { get; set; }

    /// <summary>Whether it was given the processor at its beginning and has done nothing since that another CPU could see.</summary>
    public bool IsFresh { get; set; }

    /// <summary>Whether its oldest store is about to reach memory.</summary>
    public bool IsFlushing { get; set; }

    /// <summary>Why it was given the processor.</summary>
    public Choice Action { get; set; }

    /// <summary>The thread in the middle of its code; null before, after, and between interrupts of an idle CPU.</summary>
    public Carrier? Carrier { get; set; }

    public bool InterruptsEnabled { get => _context.InterruptsEnabled; set => _context.InterruptsEnabled = value; }

    public bool IsInNonMaskable => _context.IsNonMaskable;

    /// <summary>Whether it waits for another CPU's write.</summary>
    public bool IsWaiting { get => _context.IsWaiting; set => _context.IsWaiting = value; }

    /// <summary>How often it looked again in vain, with nothing else left to happen.</summary>
    public int VainLooks { get; set; }

    public ReadSet Reads => _context.Reads;

    /// <summary>Which code runs: a bit for each body and each interrupt.</summary>
    public uint Agent => _context.Agent;

    /// <summary>What the lines of a report call it.</summary>
    public string Title => _context.Interrupt is null ? $"CPU {Number}" : $"CPU {Number} ({_context.Interrupt.Name})";

    public int Depth => _interrupted.Count;

    /// <summary>Whether it has code to run and does not wait.</summary>
    public bool IsReady => IsStarted && !IsWaiting && (!IsFinished || Depth != 0);

    public void Reset()
    {
        while (_interrupted.Count != 0)
            LeaveInterrupt();

        _context.Reset(1U << Number, null, interruptsEnabled: true, nonMaskable: false);
        Buffer.Clear();
        History = Hash.Mix(0, (ulong)Number + 1);
        BufferHistory = 0;
        IsStarted = IsFinished = IsFresh = IsFlushing = false;
        Carrier = null;
        VainLooks = 0;
    }

    public void EnterInterrupt(uint agent, Interrupt interrupt)
    {
        _interrupted.Push(_context);
        bool nonMaskable = IsInNonMaskable || !interrupt.IsMaskable;
        _context = _spare.Count != 0 ? _spare.Pop() : new Context();
        _context.Reset(agent, interrupt, interruptsEnabled: false, nonMaskable);
    }

    public void LeaveInterrupt()
    {
        _spare.Push(_context);
        _context = _interrupted.Pop();
    }

    private sealed class Context
    {
        public ReadSet Reads { get; } = new();

        public bool IsWaiting { get; set; }

        public bool InterruptsEnabled { get; set; }

        public bool IsNonMaskable { get; private set; }

        public uint Agent { get; private set; }

        public Interrupt? Interrupt { get; private set; }

        public void Reset(uint agent, Interrupt? interrupt, bool interruptsEnabled, bool nonMaskable)
        {
            Reads.Clear();
            IsWaiting = false;
            InterruptsEnabled = interruptsEnabled;
            IsNonMaskable = nonMaskable;
            Agent = agent;
            Interrupt = interrupt;
        }
    }
}

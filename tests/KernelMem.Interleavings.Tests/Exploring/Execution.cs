using System;
using System.Collections.Generic;
using System.Globalization;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// Runs a program under a schedule, again and again. This part has the run as a whole; others have the accesses, the points at which
/// something else may happen, and waiting.
/// </summary>
internal sealed partial class Execution : IDisposable
{
    /// <summary>How often code may read the same of a location before it counts as waiting for a change of it.</summary>
    private const int MaxRepeats = 50;

    /// <summary>How often a CPU may look in vain, with nothing left to happen elsewhere, before it counts as waiting for ever.</summary>
    private const int MaxVainLooks = 200;

    [ThreadStatic]
    private static Execution? t_current;

    private readonly ConcurrentProgram _program;
    private readonly Bounds _bounds;
    private readonly Cpu[] _cpus;
    private readonly bool[] _taken;
    private readonly CarrierPool _carriers;
    private readonly Func<nuint, bool> _isShared;
    private readonly List<(int Step, Choice Choice)> _decisions = [];
    private Schedule _schedule = new ReplaySchedule("");
    private Cpu _running;
    private List<string>? _log;
    private string? _failure;
    private bool _abandoned;
    private bool _over;
    private int _step;
    private int _preemptions;

    public Execution(ConcurrentProgram program, Bounds bounds)
    {
        if (program.Cpus.Count is 0 or > 8 || program.Interrupts.Count > 16)
            throw new ArgumentException("A program has one to eight CPUs and at most 16 interrupts.", nameof(program));

        _program = program;
        _program.Remember();
        _bounds = bounds;
        _cpus = new Cpu[program.Cpus.Count];
        for (int number = 0; number < _cpus.Length; number++)
            _cpus[number] = new Cpu(number, program.Cpus[number]);

        _running = _cpus[0];
        _taken = new bool[program.Interrupts.Count];
        _isShared = address => Locations.Find(address >> 3).IsShared;
        _carriers = new CarrierPool(carrier =>
        {
            t_current = this;
            Work(carrier);
        });
    }

    /// <summary>What the runs touched.</summary>
    public LocationTable Locations { get; } = new();

    /// <summary>Whether a bound on preemptions kept a run from anything.</summary>
    public bool WasCut { get; set; }

    /// <summary>How many steps the last run had.</summary>
    public int Steps => _step;

    /// <summary>The schedule of the last run, for a replay.</summary>
    public string Replay => string.Join(
        ' ',
        _decisions.ConvertAll(one => string.Create(CultureInfo.InvariantCulture, $"{one.Step}:{one.Choice}")));

    /// <summary>Runs the program once.</summary>
    /// <param name="schedule">What decides.</param>
    /// <param name="log">Takes a line for each event.</param>
    /// <returns>What went wrong, or null.</returns>
    public string? Run(Schedule schedule, List<string>? log = null)
    {
        _program.Restore();
        _program.Setup?.Invoke();
        _schedule = schedule;
        _schedule.Start();
        Locations.StartRun();
        foreach (Cpu cpu in _cpus)
            cpu.Reset();
        Array.Clear(_taken);
        _decisions.Clear();
        _failure = null;
        _log = log;
        _abandoned = _over = false;
        _step = _preemptions = 0;
        _purpose = _memory = 0;

        t_pauses = 0;
        t_current = this;
        try
        {
            Begin();
        }
        finally
        {
            t_current = null;
        }

        return _failure ?? Judge();
    }

    /// <summary>Ends the threads, and leaves the program's memory as it was before.</summary>
    public void Dispose()
    {
        _carriers.Dispose();
        _program.Restore();
    }

    private void Begin()
    {
        Carrier home = _carriers.Home;
        int first = Next(null);
        if (first < 0)
            return;

        home.Job = _cpus[first];
        home.PassBaton();
        while (true)
        {
            // Only whoever has the baton may look whether the run is over.
            home.AwaitBaton();
            if (_over)
                break;

            Work(home);
        }

        _carriers.RemoveHome();
    }

    /// <summary>Carries CPUs from the beginnings of their code to the ends, until there is none for this carrier to begin with.</summary>
    private void Work(Carrier self)
    {
        Cpu? job = self.Job;
        self.Job = null;
        while (job is not null)
        {
            job.Carrier = self;
            Carry(job);
            job.Carrier = null;
            job = HandOver(job, self);
        }
    }

    private void Carry(Cpu cpu)
    {
        _running = cpu;
        try
        {
            if (cpu.Action.Kind == ChoiceKind.Enter)
            {
                RunInterrupt(cpu, cpu.Action.Detail);
                return;
            }

            cpu.IsStarted = true;
            cpu.IsFresh = true;
            cpu.Body();
            HideStores();
            CountStep(cpu);
            cpu.IsFinished = true;
            cpu.History = Hash.Mix(cpu.History, 'E');
            Log(cpu, "ends");
        }
        catch (Exception exception) when (IsFailure(exception))
        {
        }
    }

    /// <summary>Code of a CPU ended: lets something else happen.</summary>
    /// <returns>The CPU that this carrier shall begin with; null if it has no more to do.</returns>
    private Cpu? HandOver(Cpu ended, Carrier self)
    {
        int next = _abandoned ? -1 : Next(ended);
        if (next >= 0 && _cpus[next].Carrier is null)
            return _cpus[next];

        // A run that is given up still comes to the end of what it is in the middle of.
        Carrier? unfinished = next >= 0 ? _cpus[next].Carrier : Array.Find(_cpus, cpu => cpu.Carrier is not null)?.Carrier;
        _over = unfinished is null;
        _carriers.AddIdle(self);
        (unfinished ?? _carriers.Home).PassBaton();
        return null;
    }

    /// <summary>Decides who has the processor after code of a CPU ended.</summary>
    /// <returns>Its number; -1 if the run is over or has failed.</returns>
    private int Next(Cpu? ended)
    {
        try
        {
            Choice choice = Decide(ended, switching: true);
            if (choice.Kind != ChoiceKind.End)
            {
                _cpus[choice.Cpu].Action = choice;
                return choice.Cpu;
            }

            DrainAll();
        }
        catch (Exception exception) when (IsFailure(exception))
        {
        }

        return -1;
    }

    /// <summary>Whatever a program throws is the run's failure.</summary>
    private bool IsFailure(Exception exception)
    {
        if (exception is not AbandonedException)
            Fail($"{_running.Title}: {exception.Message}");

        return true;
    }

    private string? Judge()
    {
        try
        {
            _program.Check?.Invoke();
            return null;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"in the end: {exception.Message}";
        }
    }

    private AbandonedException Fail(string failure)
    {
        _failure ??= failure;
        _abandoned = true;
        return new AbandonedException();
    }

    private void CountStep(Cpu cpu)
    {
        if (++_step > _bounds.MaxSteps)
            throw Fail(string.Create(CultureInfo.InvariantCulture, $"{cpu.Title}: no end after {_bounds.MaxSteps} steps"));
    }

    private void Log(Cpu cpu, string what) => _log?.Add(string.Create(CultureInfo.InvariantCulture, $"{_step,5}  {cpu.Title,-16} {what}"));

    /// <summary>Unwinds the code of a CPU in a run that has failed.</summary>
#pragma warning disable CA1032, CA1064 // Nobody else throws or sees it.
    private sealed class AbandonedException : Exception;
#pragma warning restore CA1032, CA1064
}

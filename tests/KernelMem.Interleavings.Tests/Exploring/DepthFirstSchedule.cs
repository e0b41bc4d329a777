using System;
using System.Collections.Generic;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// All schedules, one after the other: each run follows the last one to its last point at which something is left to be tried, and
/// goes another way there.
/// </summary>
internal sealed class DepthFirstSchedule(int preemptions, bool reduction) : Schedule
{
    private const string NotRepeatable =
        "The program does not do the same under the same schedule: it depends on something that is not restored.";

    private readonly List<Node> _path = [];

    /// <summary>The states that were seen, and the fewest preemptions with which.</summary>
    private readonly Dictionary<ulong, int> _seen = [];

    private int _depth;
    private bool _knownFromHere;
    private ulong _last;

    public override int Preemptions => preemptions;

    public override bool WantsEveryPoint => !reduction;

    public override void Start()
    {
        _depth = 0;
        _knownFromHere = false;
        _last = 0;
    }

    public override int Choose(int step, ReadOnlySpan<Choice> choices, ulong state, int preemptions, bool goesOn)
    {
        // Nothing has happened since the last choice, which was to go on: it has been made.
        if (state == _last)
            return 0;

        _last = state;
        if (_depth < _path.Count)
        {
            Node node = _path[_depth++];
            if (node.Step != step || node.Count != choices.Length || node.State != state)
                throw new InvalidOperationException(NotRepeatable);

            return node.Taken;
        }

        // The run goes on to its end all the same: that costs less than to break it off.
        if (_knownFromHere || IsKnown(state, preemptions))
        {
            _knownFromHere = true;
            return 0;
        }

        _path.Add(new Node(step, choices.Length, state, 0));
        _depth++;
        return 0;
    }

    /// <summary>Turns to the next schedule.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        while (_path.Count != 0)
        {
            Node last = _path[^1];
            if (last.Taken + 1 < last.Count)
            {
                _path[^1] = last with { Taken = last.Taken + 1 };
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    private bool IsKnown(ulong state, int preemptions)
    {
        if (!reduction)
            return false;

        if (_seen.TryGetValue(state, out int before) && before <= preemptions)
            return true;

        _seen[state] = preemptions;
        return false;
    }

    private readonly record struct Node(int Step, int Count, ulong State, int Taken);
}

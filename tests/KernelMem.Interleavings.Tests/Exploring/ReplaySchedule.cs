using System;
using System.Collections.Generic;
using System.Globalization;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>One schedule, from a failure's replay string: <c>step:choice …</c>. Where it says nothing, whoever runs goes on.</summary>
internal sealed class ReplaySchedule(string replay) : Schedule
{
    private readonly List<(int Step, string Choice)> _recorded = Parse(replay);
    private int _next;

    public override bool WantsEveryPoint => true;

    /// <summary>Whether all that was recorded came to pass.</summary>
    public bool IsFollowed => _next == _recorded.Count;

    public override void Start() => _next = 0;

    public override int Choose(int step, ReadOnlySpan<Choice> choices, ulong state, int preemptions, bool goesOn)
    {
        if (_next == _recorded.Count || _recorded[_next].Step != step)
            return 0;

        for (int index = 0; index < choices.Length; index++)
        {
            if (choices[index].ToString() == _recorded[_next].Choice)
            {
                _next++;
                return index;
            }
        }

        return 0;
    }

    private static List<(int Step, string Choice)> Parse(string replay)
    {
        List<(int Step, string Choice)> recorded = [];
        foreach (string part in replay.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] halves = part.Split(':');
            recorded.Add((int.Parse(halves[0], CultureInfo.InvariantCulture), halves[1]));
        }

        return recorded;
    }
}

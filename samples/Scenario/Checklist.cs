using System;
using KernelMem.Diagnostics;

namespace Scenario;

/// <summary>Counts what holds and what does not, and says so as it goes.</summary>
internal unsafe struct Checklist(TextOutput output)
{
    private readonly TextOutput _output = output;
    private delegate*<void> _stop;
    private int _passed;
    private int _failed;

    /// <summary>From now on the first check that fails is the last that is made.</summary>
    /// <param name="stop">Ends the run.</param>
    public void StopAtFailure(delegate*<void> stop) => _stop = stop;

    /// <summary>Starts a group of checks.</summary>
    public readonly void Begin(ReadOnlySpan<byte> subject)
    {
        _output.Write("\nChecks: "u8);
        _output.WriteLine(subject);
    }

    /// <summary>Notes whether a claim holds.</summary>
    public void Check(ReadOnlySpan<byte> claim, bool holds)
    {
        Write(claim, holds);
        EndLine(holds);
    }

    /// <summary>Notes whether a claim holds, with the figure it was made with.</summary>
    public void Check(ReadOnlySpan<byte> claim, bool holds, ulong figure, ReadOnlySpan<byte> unit)
    {
        Write(claim, holds);
        _output.Write(" ("u8);
        _output.WriteDecimal(figure);
        _output.Write(" "u8);
        _output.Write(unit);
        _output.Write(")"u8);
        EndLine(holds);
    }

    /// <summary>Writes the result.</summary>
    /// <returns>True if there were checks and all of them held.</returns>
    public readonly bool Finish()
    {
        _output.Write("\nResult: "u8);
        _output.WriteDecimal((ulong)_passed);
        _output.Write(" passed, "u8);
        _output.WriteDecimal((ulong)_failed);
        _output.WriteLine(" failed"u8);
        return _passed > 0 && _failed == 0;
    }

    private readonly void EndLine(bool holds)
    {
        _output.WriteLine();
        if (!holds && _stop != null)
            _stop();
    }

    private void Write(ReadOnlySpan<byte> claim, bool holds)
    {
        _output.Write(holds ? "  PASS  "u8 : "  FAIL  "u8);
        _output.Write(claim);
        if (holds)
            _passed++;
        else
            _failed++;
    }
}

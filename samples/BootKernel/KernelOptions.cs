using System;
using KernelMem.Failures;

namespace BootKernel;

/// <summary>What the kernel's command line asks for. (The boot stub looks for "no5lvl" by itself.)</summary>
internal struct KernelOptions
{
    private bool _isRandom;
    private bool _hasSeed;
    private ulong _seed;

    /// <summary>"list-pages": list what is mapped, then stand still.</summary>
    public bool ListsPages { readonly get; private set; }

    /// <summary>"stop-at-failure": make no further check when one has failed.</summary>
    public bool StopsAtFailure { readonly get; private set; }

    /// <summary>Reads a command line: words with spaces between them. Those it does not know are for others.</summary>
    public static KernelOptions Parse(ReadOnlySpan<byte> commandLine)
    {
        KernelOptions options = default;
        while (!commandLine.IsEmpty)
        {
            int space = commandLine.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = space < 0 ? commandLine : commandLine.Slice(0, space);
            commandLine = commandLine.Slice(space < 0 ? word.Length : space + 1);
            options.ListsPages |= word.SequenceEqual("list-pages"u8);
            options.StopsAtFailure |= word.SequenceEqual("stop-at-failure"u8);
            options._isRandom |= word.SequenceEqual("kaslr"u8);
            if (word.StartsWith("kaslr="u8))
                options.TakeSeed(word.Slice("kaslr="u8.Length));
        }

        return options;
    }

    /// <summary>"kaslr": lay out the address space at random. "kaslr=SEED", a number: as that seed says, so that a run can be repeated.</summary>
    /// <returns>False if neither is asked for.</returns>
    public readonly bool TryGetSeed(out ulong seed)
    {
        seed = _hasSeed ? _seed : _isRandom ? KernelLayout.GatherSeed() : 0;
        return _hasSeed || _isRandom;
    }

    private void TakeSeed(ReadOnlySpan<byte> text)
    {
        bool isHex = text.StartsWith("0x"u8);
        ReadOnlySpan<byte> digits = isHex ? text.Slice(2) : text;
        ulong seed = 0;
        foreach (byte digit in digits)
        {
            uint value = digit >= (byte)'a' ? digit - (uint)'a' + 10 : digit - (uint)'0';
            Panic.Assert(value < (isHex ? 16u : 10u), "Command line: kaslr= wants a number, as 12 or 0xc");
            seed = unchecked((seed * (isHex ? 16u : 10u)) + value);
        }

        Panic.Assert(!digits.IsEmpty, "Command line: kaslr= wants a number, as 12 or 0xc");
        _seed = seed;
        _hasSeed = true;
    }
}

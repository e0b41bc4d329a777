using System;

namespace BootKernel;

/// <summary>What the kernel's command line asks for. (The boot stub looks for "no5lvl" by itself.)</summary>
internal readonly struct KernelOptions
{
    private KernelOptions(bool listsPages) => ListsPages = listsPages;

    /// <summary>"list-pages": list what is mapped, then stand still.</summary>
    public bool ListsPages { get; }

    /// <summary>Reads a command line: words with spaces between them. Those it does not know are for others.</summary>
    public static KernelOptions Parse(ReadOnlySpan<byte> commandLine)
    {
        bool listsPages = false;
        while (!commandLine.IsEmpty)
        {
            int space = commandLine.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = space < 0 ? commandLine : commandLine.Slice(0, space);
            commandLine = commandLine.Slice(space < 0 ? word.Length : space + 1);
            listsPages |= word.SequenceEqual("list-pages"u8);
        }

        return new KernelOptions(listsPages);
    }
}

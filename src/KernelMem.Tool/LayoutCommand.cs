using System;
using System.CommandLine;
using System.IO;
using System.Text;
using KernelMem.Diagnostics;
using KernelMem.Paging;

namespace KernelMem.Tool;

/// <summary><c>kernelmem layout</c>: which addresses are whose, from the description that the library itself goes by.</summary>
internal static class LayoutCommand
{
    private const ulong GiB = 1UL << 30;

    // A kernel's output is a function, with no object behind it.
    [ThreadStatic]
    private static TextWriter? s_writer;

    public static Command Create()
    {
        Option<ulong?> entropy = new("--randomize")
        {
            Description = "Places the kernel heap, devices and regions as AddressLayout.Randomize does with these random bits.",
            HelpName = "entropy",
        };
        Option<ulong?> memory = new("--memory")
        {
            Description = "With --randomize: moves the direct map too, cut to so many GiB of physical memory.",
            HelpName = "GiB",
        };
        Command command = new("layout", "Prints the address layout of the kernel: which addresses are whose.") { entropy, memory };
        command.Validators.Add(result =>
        {
            ulong? size = result.GetValue(memory);
            if (size is not null && result.GetValue(entropy) is null)
                result.AddError("--memory is for --randomize.");
            if (size == 0 || size > AddressLayout.Standard.DirectMap.Length / GiB)
                result.AddError($"--memory is from 1 to {AddressLayout.Standard.DirectMap.Length / GiB}.");
        });
        command.SetAction(result => Write(
            Place(result.GetValue(entropy), result.GetValue(memory)), result.InvocationConfiguration.Output));
        return command;
    }

    private static AddressLayout Place(ulong? entropy, ulong? memory)
    {
        AddressLayout standard = AddressLayout.Standard;
        return entropy is { } bits ? standard.Randomize(bits, memory is not null, (memory ?? 0) * GiB) : standard;
    }

    private static unsafe int Write(in AddressLayout layout, TextWriter writer)
    {
        s_writer = writer;
        LayoutReport.Write(new TextOutput(&Print), layout);
        s_writer = null;
        return 0;
    }

    private static void Print(ReadOnlySpan<byte> text) => s_writer!.Write(Encoding.UTF8.GetString(text));
}

using System.Runtime.Loader;
using KernelMem.Generators.Tests.Harness;

namespace KernelMem.Generators.Tests;

/// <summary>A project that compiles with overflow checks gets the same behaviour: nothing generated relies on wrapping.</summary>
[TestClass]
public sealed class OverflowCheckTests
{
    private const string Program = """
        using Sample;

        public static class Program
        {
            public static string? Run()
            {
                for (int value = 0; value <= ushort.MaxValue; value++)
                {
                    Narrow16 word = Narrow16.FromRaw((ushort)value);
                    ushort rebuilt = Narrow16.FromRaw((ushort)(value & 0x6000)).WithLow(word.Low).WithMiddle(word.Middle).WithTop(word.Top).Value;
                    if (rebuilt != value || word.WithTop(false).WithTop(word.Top) != word || word.IsValid != ((value & 0x6000) == 0x2000))
                        return "Narrow16 " + value;

                    if (word.InvalidBits != ((value ^ 0x2000) & 0x6000) || word.GetHashCode() != value)
                        return "Narrow16 validity " + value;
                }

                for (int bit = 0; bit < 64; bit++)
                {
                    EveryKind64 word = EveryKind64.FromRaw(ulong.MaxValue << bit);
                    if (word.WithEnabled(false).WithMode(word.Mode).WithSmall(word.Small).WithWide(word.Wide).WithLow(word.Low)
                            .WithGigabyte(word.Gigabyte).WithExact(word.Exact).WithEnabled(word.Enabled) != word)
                        return "EveryKind64 " + bit;

                    _ = word.GetHashCode();
                }

                for (int value = 0; value <= ushort.MaxValue; value++)
                {
                    BigEndian16 word = BigEndian16.FromRaw((ushort)value);
                    if (BigEndian16.FromBigEndian(word.ToBigEndian()) != word || word.WithLow(word.Low).WithHigh(word.High) != word)
                        return "BigEndian16 " + value;
                }

                System.Span<byte> text = stackalloc byte[Device32.MaxTextLength];
                for (int bit = 0; bit < 32; bit++)
                {
                    Device32 word = Device32.FromRaw(uint.MaxValue << bit);
                    if (word.ClearDone().ClearErrors().With(Device32Flags.Ready).Without(Device32Flags.Ready).ForWrite.Value != (word.Value & 0xFFFC_07FE))
                        return "Device32 " + bit;

                    if (!word.TryFormat(text, out int length) || length == 0 || word.Validate().IsNone)
                        return "Device32 text and validity " + bit;
                }

                ulong memory = ulong.MaxValue;
                BigEndian64.AtomicClear(ref memory, BigEndian64Flags.Valid);
                if (memory != 0xFEFF_FFFF_FFFF_FFFF || BigEndian64.Load(in memory).InvalidBitsFor(51) != 0xFFF8_0000_0000_0FFE)
                    return "BigEndian64";

                return null;
            }
        }
        """;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_program_compiled_with_and_without_overflow_checks(bool checkOverflow)
    {
        Generation generation = Generation.Of(checkOverflow, Declarations.EveryKind64, Declarations.Narrow16, Declarations.Device32, Declarations.BigEndian16, Declarations.BigEndian64, Program);
        var context = new AssemblyLoadContext("sample", isCollectible: true);
        try
        {
            context.Resolving += (_, name) => name.Name == "KernelMem" ? typeof(Annotations.BitLayoutAttribute).Assembly : null;
            object? failure = context.LoadFromStream(generation.Emit()).GetType("Program")!.GetMethod("Run")!.Invoke(null, null);

            Assert.IsNull(failure);
        }
        finally
        {
            context.Unload();
        }
    }
}

using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>NMI handlers that give back while memory runs out: they wait for no lock, so they are in the middle of everything.</summary>
[TestClass]
public sealed class FrameNmiTests
{
    /// <summary>
    /// The last frames come back in a handler just after a CPU has looked at all and found nothing: it must not say that all is gone, or
    /// nobody would look again.
    /// </summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void A_frame_that_comes_back_in_a_handler_is_not_overlooked(int handlersCpu) =>
        FreeInNmi(handlersCpu, Bounds.UpTo(1)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(0)]
    [DataRow(1)]
    public void A_frame_that_comes_back_in_a_handler_is_not_overlooked_at_length(int handlersCpu) =>
        FreeInNmi(handlersCpu, Bounds.UpTo(2)).ExpectNoFailure();

    private static Exploration FreeInNmi(int handlersCpu, Bounds bounds)
    {
        using FrameProgram frames = new(2, true, (512, 3));
        OwnedFrame block = default;
        OwnedFrame other = default;
        frames.Before(0, () =>
        {
            block = frames.Take();
            other = frames.Take();
            frames.Take();
        });
        frames.Program.Cpus =
        [
            () => frames.TryTake(0, out _),
            () =>
            {
                frames.Free(other);
                frames.TryTake(0, out _);
            },
        ];
        frames.Program.Interrupts = [Interrupt.NonMaskable(handlersCpu, "NMI", () => frames.FreeInNmi(block))];
        return Explorer.Run(frames.Program, bounds);
    }
}

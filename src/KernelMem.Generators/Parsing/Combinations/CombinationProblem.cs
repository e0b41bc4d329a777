namespace KernelMem.Generators.Parsing.Combinations;

/// <summary>What is wrong in the text of a combination.</summary>
/// <param name="Start">Where in the text.</param>
/// <param name="Length">How many characters are wrong; 0 at the end of the text.</param>
/// <param name="Message">What is wrong.</param>
internal readonly record struct CombinationProblem(int Start, int Length, string Message);
